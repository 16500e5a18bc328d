"""`doctor`: is everything as it should be?"""
