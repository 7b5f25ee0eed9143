"""What a run came to, told to people, to machines and to the site."""
