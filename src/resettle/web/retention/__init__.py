"""How long records are kept, what must stay for a court or a complaint, and what is erased when its time is over."""
