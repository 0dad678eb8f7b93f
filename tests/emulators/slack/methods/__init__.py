"""The methods of the Web API, a module per family; each answers a request of the app."""
