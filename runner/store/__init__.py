"""What is kept between runs: blobs, the ledger of events, results and facts about files."""
