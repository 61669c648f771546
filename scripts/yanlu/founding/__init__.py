"""Setting up an office: what is asked, what a new portal holds, whether an installation is fit."""
