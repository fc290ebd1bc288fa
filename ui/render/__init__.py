"""Shows answers and articles as text, HTML and JSON; pure."""
