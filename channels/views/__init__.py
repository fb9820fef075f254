"""The pages of the conversation at the desk."""
