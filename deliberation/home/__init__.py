"""Where the capabilities meet: the home page, a community's page, the demo's clock, the state of this installation."""
