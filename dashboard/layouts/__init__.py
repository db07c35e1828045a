"""What is on a page: functions from view data and words to components.

What happens on a page is in callbacks/ and, since walls run by themselves, mostly in assets/.
"""
