"""What is on a page: functions from view data and words to components. What happens on it is in callbacks/ and assets/."""
