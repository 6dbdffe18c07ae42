"""Client-side views: one folder each with index.js, style.css and a thin Python wrapper."""
