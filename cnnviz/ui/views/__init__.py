"""Views: parts of a page used by two pages or wrapped in a fragment."""
