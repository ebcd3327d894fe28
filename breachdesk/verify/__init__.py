""" "Is this message really from you?": codes of messages and certificates checked, fakes reported, and what to do after a fake."""
