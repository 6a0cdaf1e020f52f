"""Who may open what: every page of the workspace by role, in one table.

A page about a person also asks how the reader stands to that person:

- `caseload`: they work with the person now, or gave a reason today;
- `team`: somebody of their team works with the person, or nobody does yet;
- `matched`: they are the person's mentor now, introduced, active or ending; not while the match is paused;
- `asked`: money was asked for the person, and waits for an approver;
- `referred`: the person was referred to a service of their organisation, and the referral is open.

A page that is not in this table does not open, and a test names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resettle.web.access.models import Role, Verb

P, M, C, A, V, K, D, U = (
    Role.PRACTITIONER,
    Role.MENTOR,
    Role.COORDINATOR,
    Role.APPROVER,
    Role.PROVIDER,
    Role.COMMISSIONER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


@dataclass(frozen=True)
class Rule:
    """Who may open a page. `needs` gives for each role that may how it must stand to the person (None: no person).

    `public` pages open to everybody; `own` pages to the person themselves, signed in with their card.
    """

    needs: Mapping[str, str | None]
    verb: str = Verb.READ
    public: bool = False
    own: bool = False

    @property
    def seen(self) -> str:
        """What a page that was shown counts as: a form that is only looked at changes nothing."""
        return Verb.READ if self.verb == Verb.CHANGE else self.verb


def anyone(*roles: str, verb: str = Verb.READ) -> Rule:
    """A page that is about no one person, for these roles."""
    return Rule(dict.fromkeys(roles), verb)


WORKERS = {P: "caseload", C: "team"}
CIRCLE = {**WORKERS, M: "matched"}

PUBLIC = Rule({}, public=True)
OWN = Rule({}, own=True)
OWN_CHANGE = Rule({}, Verb.CHANGE, own=True)
RULES: dict[str, Rule] = {
    "home": anyone(*Role.values),
    "people": anyone(P, C),
    "person_add": anyone(P, C, verb=Verb.CHANGE),
    "person": Rule(CIRCLE),
    "person_edit": Rule(WORKERS, Verb.CHANGE),
    "map": Rule(WORKERS),
    "map_add": Rule(WORKERS, Verb.CHANGE),
    "plan": Rule(CIRCLE),
    "strength_add": Rule(CIRCLE, Verb.CHANGE),
    "plan_offer": Rule(WORKERS, Verb.CHANGE),
    "plan_version": Rule(CIRCLE),
    "plan_answer": Rule({P: "caseload"}, Verb.CHANGE),
    "plan_paper": Rule(CIRCLE, Verb.PRINT),
    "plan_pdf": Rule(CIRCLE, Verb.PRINT),
    "letter": Rule(CIRCLE, Verb.PRINT),
    "goal_add": Rule(CIRCLE, Verb.CHANGE),
    "goal_edit": Rule(CIRCLE, Verb.CHANGE),
    "step_add": Rule(CIRCLE, Verb.CHANGE),
    "goal_move": Rule(CIRCLE, Verb.CHANGE),
    "step_move": Rule(CIRCLE, Verb.CHANGE),
    "budgets": Rule(WORKERS),
    "budget_add": Rule({C: "team"}, Verb.CHANGE),
    "spend_ask": Rule(WORKERS, Verb.CHANGE),
    "spend_move": Rule({**WORKERS, A: "asked"}, Verb.CHANGE),
    "approvals": anyone(A, C),
    "funds": anyone(A, C, D),
    "fund_add": anyone(D, verb=Verb.CHANGE),
    "contacts": Rule(CIRCLE),
    "contact_plan": Rule(CIRCLE, Verb.CHANGE),
    "contact_log": Rule(CIRCLE, Verb.CHANGE),
    "contact_move": Rule(CIRCLE, Verb.CHANGE),
    "diary": anyone(P, M, C),
    "concern_seen": anyone(P, C, verb=Verb.CHANGE),
    "find": Rule(WORKERS, Verb.CHANGE),
    "refer": Rule(WORKERS, Verb.CHANGE),
    "referral": Rule({**WORKERS, V: "referred"}),
    "session_add": Rule({V: "referred"}, Verb.CHANGE),
    "referral_move": Rule({**WORKERS, V: "referred"}, Verb.CHANGE),
    "evidence": Rule(WORKERS),
    "evidence_add": Rule(WORKERS, Verb.CHANGE),
    "evidence_verify": Rule(WORKERS, Verb.CHANGE),
    "measures": Rule(WORKERS),
    "levels_add": Rule(WORKERS, Verb.CHANGE),
    "goal_levels": Rule(WORKERS, Verb.CHANGE),
    "measure_move": Rule(WORKERS, Verb.CHANGE),
    "measure_add": Rule(WORKERS, Verb.CHANGE),
    "measure_paper": Rule(WORKERS, Verb.PRINT),
    "facts": Rule(WORKERS),
    "fact_add": Rule(WORKERS, Verb.CHANGE),
    "fact_move": Rule(WORKERS, Verb.CHANGE),
    "said_move": Rule(WORKERS, Verb.CHANGE),
    "instruments": anyone(P, C, D),
    "as_text": Rule(WORKERS, Verb.EXPORT),
    "imports": anyone(C, D, verb=Verb.CHANGE),
    "import_rows": anyone(C, D, verb=Verb.CHANGE),
    "import_columns": anyone(C, D, verb=Verb.CHANGE),
    "import_bad": anyone(C, D, verb=Verb.EXPORT),
    "referrals": anyone(V),
    "services": anyone(P, M, C, V, K),
    "service_add": anyone(C, K, verb=Verb.CHANGE),
    "unmet": anyone(C, K),
    "flag_add": Rule(WORKERS, Verb.CHANGE),
    "flag_end": Rule(WORKERS, Verb.CHANGE),
    "mentor": Rule(WORKERS),
    "mentor_wish": Rule(WORKERS, Verb.CHANGE),
    "match_propose": Rule({C: "team"}, Verb.CHANGE),
    "match_move": Rule(CIRCLE, Verb.CHANGE),
    "gate_list": anyone(P, C),
    "gate": Rule(WORKERS),
    "pick_up": Rule(WORKERS, Verb.CHANGE),
    "gate_task": Rule(WORKERS, Verb.CHANGE),
    "gate_paper": Rule(WORKERS, Verb.PRINT),
    "own_task_add": Rule(WORKERS, Verb.CHANGE),
    "own_task": Rule(WORKERS, Verb.CHANGE),
    "own_task_change": Rule(WORKERS, Verb.CHANGE),
    "handover": Rule(WORKERS, Verb.CHANGE),
    "transfer": Rule({C: "team"}, Verb.CHANGE),
    "tie_move": Rule(WORKERS, Verb.CHANGE),
    "reviews": Rule(WORKERS, Verb.CHANGE),
    "review_move": Rule(WORKERS, Verb.CHANGE),
    "thread": Rule({P: "caseload", M: "matched"}, Verb.CHANGE),
    "reach": Rule(WORKERS, Verb.CHANGE),
    "message_in": Rule({P: "caseload"}, Verb.CHANGE),
    "message_cancel": Rule({P: "caseload", M: "matched"}, Verb.CHANGE),
    "topics": Rule(WORKERS),
    "topic_add": Rule(WORKERS, Verb.CHANGE),
    "monday": anyone(C),
    "week": anyone(M),
    "match_decline": anyone(M, verb=Verb.CHANGE),
    "claim_add": anyone(M, verb=Verb.CHANGE),
    "claims": anyone(C),
    "claim_decide": anyone(C, verb=Verb.CHANGE),
    "volunteers": anyone(C),
    "volunteer_add": anyone(C, verb=Verb.CHANGE),
    "volunteer": anyone(C),
    "volunteer_edit": anyone(C, verb=Verb.CHANGE),
    "check_add": anyone(C, verb=Verb.CHANGE),
    "supervision_add": anyone(C, verb=Verb.CHANGE),
    "volunteer_move": anyone(C, verb=Verb.CHANGE),
    "card_give": Rule(WORKERS, Verb.CHANGE),
    "me_door": PUBLIC,
    "me_second": PUBLIC,
    "me_leave": PUBLIC,
    "language": PUBLIC,
    "me": OWN,
    "me_pin": OWN_CHANGE,
    "me_plan": OWN,
    "me_paper": OWN,
    "me_pdf": OWN,
    "me_map": OWN,
    "me_meetings": OWN,
    "me_messages": OWN_CHANGE,
    "me_money": OWN,
    "me_ask": OWN_CHANGE,
    "me_change": OWN,
    "me_levels": OWN_CHANGE,
    "me_answers": OWN_CHANGE,
    "me_life": OWN,
    "me_say": OWN_CHANGE,
    "me_unsay": OWN_CHANGE,
    "me_erasure": OWN_CHANGE,
    "me_lookers": OWN,
    "give_reason": anyone(P),
    "subject_access": Rule(WORKERS, Verb.EXPORT),
    "who_looked": Rule(WORKERS),
    "audit": anyone(U),
    "duplicates": anyone(C, D),
    "merge": Rule({C: "team", D: None}, Verb.CHANGE),
    "two_people": Rule({C: "team", D: None}, Verb.CHANGE),
    "split": Rule({C: "team", D: None}, Verb.CHANGE),
    "retention": anyone(D),
    "retention_schedule": anyone(D, verb=Verb.CHANGE),
    "retention_person": Rule({D: None}, Verb.CHANGE),
    "hold_add": Rule({D: None}, Verb.CHANGE),
    "hold_end": Rule({D: None}, Verb.CHANGE),
    "erasure_requests": anyone(D),
    "erasure_request": Rule({D: None}, Verb.CHANGE),
    "erasure_carry_out": Rule({D: None}, Verb.CHANGE),
    "erasure_letter": Rule({D: None}, Verb.PRINT),
    "erasure_ask": Rule(WORKERS, Verb.CHANGE),
    "accounts": anyone(D),
    "account_add": anyone(D, verb=Verb.CHANGE),
    "account": anyone(D),
    "account_close": anyone(D, verb=Verb.CHANGE),
    "account_open": anyone(D, verb=Verb.CHANGE),
    "account_reset": anyone(D, verb=Verb.CHANGE),
    "leaving": anyone(C, verb=Verb.CHANGE),
}
