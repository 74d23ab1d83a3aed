"""A portal with known truth: invented news, edited, listed, captured, cut off and mistimed, page by page.

    settings  what a simulation is like
    vocabulary, rules, grammar, prose    Dutch that differs from story to story as real news does
    topics, series, edits, arrivals      the stories: look-alikes, changes, instants
    portal, pages    lists and ages at an instant; forms A to G as text
    telling, crawler    what a capture tells; simulate(): the captures, in order
    truth     who stands where
    dumps     the same as files
    oracle    the best dates that anybody can find
    proof     which wrong clocks anybody can prove
    measure    how near an answer comes to the truth
    product    what the program itself makes of the files
    floors    the gate: bounds that may only become stricter

What makes it hard is what makes real pages hard: second reports that share sentences with the first, series that
differ in numbers alone as an edited number does, twins with equal place, agencies and age, affairs whose people,
places and background paragraphs return, cut pages, unknown and wrong times. What keeps it fair: no two stories begin
with an equal lead, lists are in true order, printed ages are floored exactly, captures are at whole seconds, and
fragments that nothing could tell apart are marked as such and may be left out.
"""

from .crawler import SimulatedPage, Simulation, simulate
from .dumps import write_dumps
from .measure import Scores, score
from .settings import EXACT, VAGUE, Settings
from .truth import Story, TruePage, TrueSighting, Truth

__all__ = [
    "EXACT",
    "VAGUE",
    "Scores",
    "Settings",
    "SimulatedPage",
    "Simulation",
    "Story",
    "TruePage",
    "TrueSighting",
    "Truth",
    "score",
    "simulate",
    "write_dumps",
]
