"""What happens on a page: each module registers its callbacks on the application that it is given."""
