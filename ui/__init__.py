"""Shows: the command line, the web page, and how answers look on both."""
