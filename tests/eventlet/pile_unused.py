"""A pile that was never used has nothing to give."""
import eventlet

pile = eventlet.GreenPile()
print('results', *list(pile))
