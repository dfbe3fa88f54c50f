"""Files: blobs under signed addresses that expire."""
