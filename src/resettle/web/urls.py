"""Every page of the workspace. Who may open each stands in `access/rules.py`."""

from django.urls import include, path

from resettle.web.access import views as access
from resettle.web.access.routes import page
from resettle.web.budgets import views as budgets
from resettle.web.contacts import views as contacts
from resettle.web.people import views as people
from resettle.web.plans import views as plans
from resettle.web.portal import views as portal
from resettle.web.services import views as services

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    page("", people.home, "home"),
    page("people/", people.people, "people"),
    page("people/add/", people.person_add, "person_add"),
    page("people/<uuid:person_id>/", people.person, "person"),
    page("people/<uuid:person_id>/edit/", people.person_edit, "person_edit"),
    page("people/<uuid:person_id>/who-looked/", people.who_looked, "who_looked"),
    page("people/<uuid:person_id>/map/", plans.good_life_map, "map"),
    page("people/<uuid:person_id>/map/<str:rater>/add/", plans.map_add, "map_add"),
    page("people/<uuid:person_id>/plan/", plans.plan, "plan"),
    page("people/<uuid:person_id>/plan/strengths/add/", plans.strength_add, "strength_add"),
    page("people/<uuid:person_id>/plan/offer/", plans.plan_offer, "plan_offer"),
    page("people/<uuid:person_id>/plan/<int:number>/", plans.plan_version, "plan_version"),
    page("people/<uuid:person_id>/plan/<int:number>/answer/", plans.plan_answer, "plan_answer"),
    page("people/<uuid:person_id>/goals/add/", plans.goal_add, "goal_add"),
    page("people/<uuid:person_id>/goals/<uuid:goal_id>/edit/", plans.goal_edit, "goal_edit"),
    page("people/<uuid:person_id>/goals/<uuid:goal_id>/steps/add/", plans.step_add, "step_add"),
    page("people/<uuid:person_id>/goals/<uuid:goal_id>/<str:event>/", plans.goal_move, "goal_move"),
    page("people/<uuid:person_id>/steps/<uuid:step_id>/<str:event>/", plans.step_move, "step_move"),
    page("people/<uuid:person_id>/budget/", budgets.budgets, "budgets"),
    page("people/<uuid:person_id>/budget/add/", budgets.budget_add, "budget_add"),
    page("people/<uuid:person_id>/budget/<uuid:budget_id>/ask/", budgets.spend_ask, "spend_ask"),
    page("people/<uuid:person_id>/spend/<uuid:request_id>/<str:event>/", budgets.spend_move, "spend_move"),
    page("people/<uuid:person_id>/contacts/", contacts.contacts, "contacts"),
    page("people/<uuid:person_id>/contacts/plan/", contacts.contact_plan, "contact_plan"),
    page("people/<uuid:person_id>/contacts/log/", contacts.contact_log, "contact_log"),
    page("people/<uuid:person_id>/contacts/<uuid:contact_id>/<str:event>/", contacts.contact_move, "contact_move"),
    page("people/<uuid:person_id>/help/<str:good>/", services.find, "find"),
    page("people/<uuid:person_id>/help/<str:good>/<uuid:service_id>/", services.refer, "refer"),
    page("people/<uuid:person_id>/referrals/<uuid:referral_id>/", services.referral, "referral"),
    page("people/<uuid:person_id>/referrals/<uuid:referral_id>/session/", services.session_add, "session_add"),
    page("people/<uuid:person_id>/referrals/<uuid:referral_id>/<str:event>/", services.referral_move, "referral_move"),
    page("people/<uuid:person_id>/evidence/", services.evidence, "evidence"),
    page("people/<uuid:person_id>/evidence/add/", services.evidence_add, "evidence_add"),
    page("people/<uuid:person_id>/evidence/<uuid:evidence_id>/verify/", services.evidence_verify, "evidence_verify"),
    page("referrals/", services.referrals, "referrals"),
    page("services/", services.services, "services"),
    page("services/add/", services.service_add, "service_add"),
    page("unmet/", services.unmet, "unmet"),
    page("people/<uuid:person_id>/card/", portal.card_give, "card_give"),
    page("me/door/", portal.door, "me_door"),
    page("me/door/second/", portal.second, "me_second"),
    page("me/leave/", portal.leave, "me_leave"),
    page("me/", portal.me, "me"),
    page("me/secret/", portal.new_pin, "me_pin"),
    page("me/plan/", portal.my_plan, "me_plan"),
    page("me/map/", portal.my_map, "me_map"),
    page("me/meetings/", portal.my_meetings, "me_meetings"),
    page("me/money/", portal.my_money, "me_money"),
    page("me/money/<uuid:budget_id>/ask/", portal.my_ask, "me_ask"),
    page("me/who-looked/", portal.my_lookers, "me_lookers"),
    page("diary/", contacts.diary, "diary"),
    page("concerns/<uuid:contact_id>/", contacts.concern_seen, "concern_seen"),
    page("approvals/", budgets.approvals, "approvals"),
    page("funds/", budgets.funds, "funds"),
    page("funds/add/", budgets.fund_add, "fund_add"),
    page("reason/<uuid:for_id>/", people.give_reason, "give_reason"),
    page("audit/", access.audit, "audit"),
    page("staff/", access.accounts, "accounts"),
    page("staff/add/", access.account_add, "account_add"),
]
