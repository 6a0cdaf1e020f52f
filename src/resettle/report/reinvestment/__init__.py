"""The pages of a reinvestment: what is freed, for whom, what of it is money, what it could buy, and a page for everybody."""
