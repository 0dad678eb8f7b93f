"""What every face needs to draw a message within what its platform takes."""
