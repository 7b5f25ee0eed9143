"""What `share-bridge doctor` says of an e-mail target: will its mails arrive?"""
