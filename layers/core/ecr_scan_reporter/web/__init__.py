"""The face of HTTP: the API, the Atom feeds, and the web page."""
