"""Words of other apps that a person reads on their own pages, named here so that the catalogues hold them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PARTS_OF_A_DATE = (_("Day"), _("Month"), _("Year"))
HOW_THEY_MEET = (_("Face to face"), _("By phone"), _("By video"), _("By text message"), _("By letter"))
WHAT_WAS_DONE = (
    _("looked at"),
    _("changed"),
    _("printed"),
    _("exported"),
    _("combined"),
    _("erased"),
    _("was refused"),
)
