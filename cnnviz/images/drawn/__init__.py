"""Pictures drawn by our own code: digits in several hands, garments, hands, scenes."""
