"""When something is due, and why: rules from data, days counted one by one."""
