"""Write the files of a snapshot: anew, or what has changed since the last one."""
