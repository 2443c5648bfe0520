"""couplers"""
