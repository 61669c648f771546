"""The desk: the commands of `yanlu review` and their like as pages, with the same code below."""
