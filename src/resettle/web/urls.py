"""Every page of the workspace. Who may open each stands in `access/rules.py`."""

from django.urls import include, path

from resettle.web.access import views as access
from resettle.web.access.routes import page
from resettle.web.people import views as people

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    page("", people.home, "home"),
    page("people/", people.people, "people"),
    page("people/add/", people.person_add, "person_add"),
    page("people/<uuid:person_id>/", people.person, "person"),
    page("people/<uuid:person_id>/edit/", people.person_edit, "person_edit"),
    page("people/<uuid:person_id>/who-looked/", people.who_looked, "who_looked"),
    page("reason/<uuid:for_id>/", people.give_reason, "give_reason"),
    page("audit/", access.audit, "audit"),
    page("staff/", access.accounts, "accounts"),
    page("staff/add/", access.account_add, "account_add"),
]
