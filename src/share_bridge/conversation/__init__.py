"""What others said of posts: gathered, moderated by the owner, written for the site."""
