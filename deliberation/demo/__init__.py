"""A demo that tells three stories, made only through the site's own actions, and a guided tour through one of them."""
