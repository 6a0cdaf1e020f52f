"""Random users do what the rules let them do, in any order and on any day: no rule is ever broken, and the log replays.

The machine only stores; whether something may be done is asked of the tables with the facts found by the product. Refused
requests change nothing.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from resettle.errors import BadInput
from resettle.goodlives import facts
from resettle.goodlives.budget import Budget, Line, balance, post, reversal
from resettle.goodlives.casework import Casework, breaches
from resettle.goodlives.log import happen, replay
from resettle.goodlives.records import (
    Assignment,
    Contact,
    Evidence,
    Goal,
    Match,
    Message,
    PlanVersion,
    Referral,
    Relationship,
    Review,
    Step,
    Volunteer,
    seal_of,
)
from resettle.goodlives.spending import BudgetRules, Request, request_facts
from resettle.goodlives.states import KINDS, NEW, Actor, Context, Refused, state_table
from resettle.goodlives.states.tables import ROLES

RULES = BudgetRules(
    name="fund",
    automatic_limit="20",
    two_approvers_over="60",
    proof_within_days=3,
    categories={
        "tools": {"label": "Tools", "most_in_all": "120"},
        "phone": {"label": "A phone", "rules_out": ["internet"]},
        "drink": {"label": "Drink", "allowed": False},
    },
)
MOST = 9
PEOPLE = ["ann", "bo", "cy"]
EVENTS = [(kind, event) for kind in KINDS if kind != "step" for event in state_table(kind).events]


class Users(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.today = date(2026, 6, 1)
        self.things = {kind: {} for kind in KINDS}
        self.messages, self.lines, self.log, self.serial = (), (), (), 0
        self.budget = Budget(
            id="b", person_id="P", indicative=Decimal("150.00"), agreed=Decimal("200.00"), begins=self.today
        )
        self.write("allocate", Decimal("150.00"))

    # What the world holds
    def all(self, kind):
        return tuple(self.things[kind].values())

    def casework(self):
        names = {
            "plan": "plans",
            "goal": "goals",
            "referral": "referrals",
            "relationship": "relationships",
            "match": "matches",
            "volunteer": "volunteers",
            "contact": "contacts",
            "review": "reviews",
            "spend": "requests",
        }
        groups = {field: self.all(kind) for kind, field in names.items()}
        return Casework(
            on=self.today,
            evidence=self.all("evidence"),
            messages=self.messages,
            budget=self.budget,
            rules=RULES,
            lines=self.lines,
            log=self.log,
            **groups,
        )

    def write(self, kind, amount, request_id=None, undo=None):
        self.serial += 1
        new = Line(id=f"l{self.serial}", kind=kind, amount=amount, on=self.today, by="cy", request_id=request_id)
        if undo:
            new = reversal(self.lines, undo, f"l{self.serial}", self.today, "cy", "undone")
        self.lines = post(self.budget, self.lines, new)

    # What random users write down, without asking anybody
    def write_a_goal(self, r):
        n = r.randrange(MOST)
        words = r.choice(["", "I will", "I will"])
        goods = r.choice([(), ("work",), ("play", "work"), ("play", "work")])
        steps = r.randint(0, 2)
        old = self.things["goal"].get(f"goal{n}")
        if old is None or old.state in ("idea", "future"):
            state = old.state if old else None
            goal = Goal(
                id=f"goal{n}",
                own_words=words,
                goods=goods,
                steps=tuple(Step(id=f"goal{n}s{i}", by="P") for i in range(steps)),
                state=state or "idea",
                offered=bool(old and old.offered),
            )
            self.made("goal", goal)

    def write_a_plan(self, r):
        n = r.randrange(MOST)
        text = r.choice(["a", "b"])
        strengths = r.random() < 0.6
        old = self.things["plan"].get(f"plan{n}")
        if old is None or old.state == "draft":
            self.made(
                "plan",
                PlanVersion(
                    id=f"plan{n}",
                    number=n,
                    snapshot=text,
                    seal=seal_of(text),
                    strengths=("kind",) if strengths else (),
                    answered_how="paper",
                ),
            )

    def write_a_request(self, r):
        n = r.randrange(MOST)
        amount = r.choice(["5", "19.99", "45", "70", "151"])
        category = r.choice(["tools", "tools", "phone", "drink"])
        goal = r.randrange(MOST)
        good = r.choice(["work", "play"])
        who = r.choice(PEOPLE)
        looked = r.random() < 0.6
        if f"spend{n}" not in self.things["spend"]:
            self.made(
                "spend",
                Request(
                    id=f"spend{n}",
                    budget_id="b",
                    goal_id=f"goal{goal}",
                    good=good,
                    category=category,
                    amount=Decimal(amount),
                    asked_by=who,
                    licence_checked_by="bo" if looked else "",
                ),
            )

    def write_a_volunteer(self, r):
        n = r.randrange(MOST)
        last = r.randint(-2, 30)
        room = r.randint(0, 2)
        end = self.today + timedelta(days=last)
        old = self.things["volunteer"].get(f"volunteer{n}")
        if old is None:
            self.made(
                "volunteer",
                Volunteer(id=f"volunteer{n}", consents=True, checks={"dbs": end}, training={"start": end}, room=room),
            )
        elif last > 0 and old.checks["dbs"] < end:
            self.things["volunteer"][old.id] = old.model_copy(
                update={"checks": {"dbs": end}, "training": {"start": end}}
            )

    def write_a_match(self, r):
        n = r.randrange(MOST)
        mentor = r.randrange(MOST)
        excluded = r.random() < 0.6
        if f"match{n}" not in self.things["match"]:
            self.made(
                "match",
                Match(
                    id=f"match{n}",
                    mentor_id=f"volunteer{mentor}",
                    reasons=("music",),
                    person_consents=True,
                    excluded=excluded,
                    ending_on=self.today,
                ),
            )

    def write_a_contact(self, r):
        n = r.randrange(MOST)
        days = r.randint(-1, 4)
        by_mentor = r.random() < 0.6
        worker = r.randrange(MOST)
        if f"contact{n}" not in self.things["contact"]:
            who = f"volunteer{worker}" if by_mentor else f"worker{worker}"
            self.made(
                "contact",
                Contact(id=f"contact{n}", worker_id=who, on=self.today + timedelta(days=days), revisions=("first",)),
            )

    def write_a_relationship(self, r):
        n = r.randrange(MOST)
        joint = r.random() < 0.6
        following = r.randrange(MOST)
        if f"relationship{n}" not in self.things["relationship"]:
            next_id = f"relationship{following}" if following != n else None
            self.made(
                "relationship",
                Relationship(
                    id=f"relationship{n}", worker_id=f"worker{n}", role="practitioner", joint=joint, next_id=next_id
                ),
            )

    def schedule_a_message(self, r):
        n = r.randrange(MOST)
        relationship = r.randrange(MOST)
        one = self.things["relationship"].get(f"relationship{relationship}")
        if one and one.state != "ended" and one.state != NEW:
            kept = tuple(m for m in self.messages if m.id != f"m{n}")
            self.messages = (*kept, Message(id=f"m{n}", relationship_id=one.id, due=self.today + timedelta(days=2)))

    def cancel_a_message(self, r):
        n = r.randrange(MOST)
        self.messages = tuple(
            m.model_copy(update={"state": "cancelled"}) if m.id == f"m{n}" else m for m in self.messages
        )

    def write_a_review(self, r):
        n = r.randrange(MOST)
        days = r.randint(1, 4)
        if f"review{n}" not in self.things["review"]:
            self.made("review", Review(id=f"review{n}", due=self.today + timedelta(days=days), done_by="bo"))

    def write_evidence(self, r):
        n = r.randrange(MOST)
        days = r.randint(-2, 1)
        dated = r.random() < 0.6
        who = r.choice(PEOPLE)
        if f"evidence{n}" not in self.things["evidence"]:
            self.made(
                "evidence",
                Evidence(
                    id=f"evidence{n}",
                    code="job",
                    fact_id="f" if dated else "",
                    fact_on=self.today + timedelta(days=days),
                    observed_by=who,
                    verified_how="document",
                    settlement_id="s",
                    settlement_open=True,
                    replaced_by="later",
                ),
            )

    def write_a_referral(self, r):
        n = r.randrange(MOST)
        goal = r.randrange(MOST)
        workers = r.choice([0, 1, 1, 1, 2])
        if f"referral{n}" not in self.things["referral"]:
            self.made(
                "referral",
                Referral(
                    id=f"referral{n}",
                    goal_ids=(f"goal{goal}",),
                    provider_id="bo",
                    person_consents=True,
                    chosen_because="near",
                    outcomes={"job": "partly"},
                    assignments=tuple(Assignment(worker_id=f"x{i}", superseded=i > 0) for i in range(workers)),
                    contacts=1,
                    amendment=("a", "b"),
                ),
            )

    def hold_sessions(self, r):
        n = r.randrange(MOST)
        planned = r.randint(0, 3)
        delivered = r.randint(0, 3)
        one = self.things["referral"].get(f"referral{n}")
        if (
            one
            and delivered <= planned
            and (one.sessions_delivered <= delivered)
            and one.state in ("first_contact", "planned", "delivering")
        ):
            self.things["referral"][one.id] = one.model_copy(
                update={"sessions_planned": planned, "sessions_delivered": delivered}
            )

    def made(self, kind, thing):
        """Something written down but not there yet: its first move makes it real."""
        old = self.things[kind].get(thing.id)
        self.things[kind][thing.id] = thing.model_copy(update={"state": old.state if old else NEW})

    # What they ask to do
    def ask(self, r):
        n = r.randrange(MOST)
        what = r.choice(EVENTS)
        role = r.choice(ROLES)
        who = r.choice(PEOPLE)
        reason = r.choice(["", "because"])
        pick = r.randint(0, 9)
        self.attempt(*what, n, role, who, reason, pick)

    def ask_what_may_come_next(self, r):
        """Somebody does one thing that is possible now: ways onward are tried before ways out."""
        things = [(kind, thing) for kind, held in self.things.items() for thing in held.values()]
        if not things:
            return
        self.one_thing(r, *r.choice(things))

    def one_thing(self, r, kind, thing):
        """One move of one thing, by anybody who may make it."""
        table = state_table(kind)
        here = [(m, role, who) for m in table.moves if thing.state in m.from_ for role in m.by for who in PEOPLE]
        r.shuffle(here)
        out = {name for name, state in table.states.items() if state.final} | {"same", "set_aside", "declined"}
        if r.random() < 0.9:
            here.sort(key=lambda one: one[0].to in out)
        any(
            self.attempt(kind, m.event, int(thing.id[-1]), role, who, "because", r.randrange(9))
            for m, role, who in here
        )

    def follow_a_request(self, r):
        """Somebody asks for money for a goal that is being worked on, and the request is seen through for some days."""
        goals = [g for g in self.real("goal") if g.state == "active"]
        ids = [f"spend{n}" for n in range(MOST) if f"spend{n}" not in self.things["spend"]]
        if not goals or not ids:
            return
        goal = r.choice(goals)
        amount = Decimal(r.choice(["5", "19.99", "45", "61"]))
        asked_by, good = r.choice(PEOPLE), r.choice(goal.goods)
        self.made(
            "spend",
            Request(
                id=ids[0],
                budget_id="b",
                goal_id=goal.id,
                good=good,
                category="tools",
                amount=amount,
                asked_by=asked_by,
                licence_checked_by="bo",
                proof="receipt",
            ),
        )
        for _ in range(r.randint(1, 8)):
            self.one_thing(r, "spend", self.things["spend"][ids[0]])

    def attempt(self, kind, event, n, role, who, reason, pick):
        thing = self.things[kind].get(f"{kind}{n}")
        if thing is None:
            return False
        codes = sorted({code for m in state_table(kind).moves if m.event == event for code in m.codes})
        code = codes[pick % len(codes)] if codes else None
        if kind == "review" and event == "exempt":
            thing = thing.model_copy(update={"put_off_to": thing.due + timedelta(days=3), "put_off_on": self.today})
        if kind == "review" and event == "do":
            thing = thing.model_copy(update={"done_on": self.today})
        try:
            before = self.lines
            thing = self.prepare(kind, event, thing)
        except BadInput:
            return False
        context = Context(reason=reason, code=code, holds=self.facts_of(kind, thing, role, who, code))
        line = happen(
            self.log,
            kind,
            thing.id,
            thing.state,
            event,
            Actor(role=role, id=who),
            context,
            datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC),
        )
        if isinstance(line, Refused):
            self.lines = before
            return False
        try:
            self.effect(kind, event, thing)
        except BadInput:
            self.lines = before
            return False
        self.log = (*self.log, line)
        self.things[kind][thing.id] = thing.model_copy(
            update={"state": line.to_state, **self.learnt(kind, event, who, code)}
        )
        if kind == "plan" and event == "offer":
            self.things["goal"] = {id: g.model_copy(update={"offered": True}) for id, g in self.things["goal"].items()}
        return True

    def prepare(self, kind, event, request):
        """Refunds and releases are written in the ledger first, as the condition of the move asks."""
        if kind == "spend" and request.state != NEW:
            mine = balance(self.lines, request.id)
            if event == "refund" and mine.spent:
                self.write("refund", mine.spent, request.id)
            if event == "release" and mine.committed:
                self.write("release", mine.committed, request.id)
        return request

    def effect(self, kind, event, request):
        if kind == "spend" and event == "commit":
            self.write("commit", request.amount, request.id)
        if kind == "spend" and event == "pay":
            self.write("spend", request.amount, request.id)

    def learnt(self, kind, event, who, code):
        """What a move itself writes on the thing."""
        if kind == "spend":
            return {
                "approve": {"approved_by": who},
                "approve_second": {"approved_by": who},
                "approve_first": {"first_approver": who},
                "appeal": {"appealed": True, "first_approver": ""},
                "pay": {"paid_on": self.today},
            }.get(event, {})
        if kind == "evidence" and event == "verify":
            return {"verified_by": who}
        if kind == "relationship" and event in ("end", "complete_handover"):
            return {"ends": self.today, "end_reason": code or ""}
        return {}

    def real(self, kind):
        return tuple(t for t in self.all(kind) if t.state != NEW)

    def facts_of(self, kind, thing, role, who, code):
        matches = self.real("match")
        open_states = state_table("match").open_states
        if kind == "plan":
            return facts.plan_facts(thing, self.real("goal"), self.real("plan"))
        if kind == "goal":
            return facts.goal_facts(thing)
        if kind == "referral":
            return facts.referral_facts(thing, Actor(role=role, id=who), code)
        if kind == "volunteer":
            return facts.volunteer_facts(
                thing, self.today, sum(m.mentor_id == thing.id and m.state in open_states for m in matches)
            )
        if kind == "match":
            helper = self.things["volunteer"].get(thing.mentor_id) or Volunteer(id="nobody", room=0)
            load = sum(m.mentor_id == thing.mentor_id and m.state in open_states and m.id != thing.id for m in matches)
            return facts.match_facts(thing, helper, self.today, matches, load)
        if kind == "contact":
            match = next((m for m in matches if m.mentor_id == thing.worker_id), None)
            helper = self.things["volunteer"].get(thing.worker_id)
            return facts.contact_facts(thing, self.today, self.real("relationship"), match, helper)
        if kind == "relationship":
            return facts.relationship_facts(thing, self.real("relationship"), self.messages)
        if kind == "evidence":
            return facts.evidence_facts(thing, self.today, who)
        if kind == "review":
            return facts.review_facts(thing, self.today, thing.due, thing.due + timedelta(days=5))
        goal = self.things["goal"].get(thing.goal_id)
        return request_facts(thing, RULES, self.lines, goal, self.real("spend"), ("internet",), who)

    # Time and money
    def days_pass(self, r):
        days = r.randint(1, 2)
        self.today += timedelta(days=days)
        for review in self.real("review"):
            if review.state in ("scheduled", "exempt"):
                self.attempt("review", "make_overdue", int(review.id[-1]), "system", "", "", 0)

    def move_money(self, r):
        amount = r.choice(["10", "60", "500"])
        kind = r.choice(["allocate", "return"])
        before = self.lines
        try:
            self.write(kind, Decimal(amount))
        except BadInput:
            assert self.lines == before

    ACTS = (
        "ask",
        *["ask_what_may_come_next"] * 12,
        "write_a_goal",
        "write_a_plan",
        "write_a_request",
        *["follow_a_request"] * 4,
        "write_a_volunteer",
        "write_a_match",
        "write_a_contact",
        "write_a_relationship",
        "schedule_a_message",
        "cancel_a_message",
        "write_a_review",
        "write_evidence",
        "write_a_referral",
        "hold_sessions",
        "days_pass",
        "move_money",
    )

    @rule(seed=st.integers(0, 2**32), acts=st.integers(500, 800))
    def a_busy_day(self, seed, acts):
        """Many acts one after another, each drawn from the numbers of the day, with every rule looked at after every fortieth."""
        r = Random(seed)
        for number in range(acts):
            getattr(self, r.choice(self.ACTS))(r)
            if number % 40 == 0:
                self.nothing_is_broken()

    @invariant()
    def nothing_is_broken(self):
        present = {k: {i: t for i, t in v.items() if t.state != NEW} for k, v in self.things.items()}
        everything, self.things = self.things, present
        found = [b for b in breaches(self.casework()) if "has no proof" not in b.fault]
        self.things = everything
        assert not found, found[0]

    @invariant()
    def the_log_replays(self):
        states = {
            (kind, id): t.state for kind, things in self.things.items() for id, t in things.items() if t.state != NEW
        }
        assert replay(self.log) == states

    @invariant()
    def no_request_is_paid_twice(self):
        for request in self.all("spend"):
            paid = [line for line in self.lines if line.request_id == request.id and line.kind == "spend"]
            assert len(paid) <= 1


Users.TestCase.settings = settings(
    max_examples=8, stateful_step_count=4, deadline=None, phases=[Phase.explicit, Phase.generate]
)
TestRandomUsers = Users.TestCase
