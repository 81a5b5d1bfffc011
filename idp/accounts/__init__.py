"""Accounts: people, their addresses and numbers, passwords and standard claims, and the letters about them.

Leaves to its neighbours: who is signed in where (sessions), the pages (signin, selfservice), what a
site is told (tokens).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .common import StolenPasswords, stolen_passwords
from .levels import LEVELS, answered_level, is_within, level_of, told_level
from .passwords import hash_password, is_password
from .phones import spoken_phone, takes_sms
from .profile import Profile
from .rules import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Address,
    login_key,
    parse_address,
    password_faults,
)

if TYPE_CHECKING:
    from .acts import Act, find_act
    from .cli import (
        users,
    )
    from .deletion import DESTROYED, ask_deletion, call_deletion_off
    from .links import Link, LinkOver, TypedCode, pending_links, read_link
    from .messages import count_message
    from .notices import Change, tell_change
    from .queries import (
        Credentials,
        Person,
        find_credentials,
        find_credentials_of,
        find_person,
        is_active_account,
    )
    from .records import (
        SHORTEST_PREFIX,
        AccountRecord,
        StateChanged,
        count_accounts,
        find_record,
        lock_account,
        search_records,
        unlock_account,
    )
    from .service import (
        AddressTaken,
        OperatorAccount,
        Registration,
        add_account,
        ask_change,
        ask_confirmation,
        ask_reset,
        change_profile,
        confirm_by_code,
        confirm_by_link,
        register,
        remove_phone,
        reset_by_code,
        reset_by_link,
        set_level,
        set_password,
        undo_change,
    )
    from .staff import (
        ROLES,
        LastAdmin,
        Member,
        Role,
        all_staff,
        grant_role,
        role_of,
        withdraw_role,
    )

__all__ = [
    "DESTROYED",
    "LEVELS",
    "LONGEST_PASSWORD",
    "ROLES",
    "SHORTEST_PASSWORD",
    "SHORTEST_PREFIX",
    "AccountRecord",
    "Act",
    "Address",
    "AddressTaken",
    "Change",
    "Credentials",
    "LastAdmin",
    "Link",
    "LinkOver",
    "Member",
    "OperatorAccount",
    "Person",
    "Profile",
    "Registration",
    "Role",
    "StateChanged",
    "StolenPasswords",
    "TypedCode",
    "add_account",
    "all_staff",
    "answered_level",
    "ask_change",
    "ask_confirmation",
    "ask_deletion",
    "ask_reset",
    "call_deletion_off",
    "change_profile",
    "confirm_by_code",
    "confirm_by_link",
    "count_accounts",
    "count_message",
    "find_act",
    "find_credentials",
    "find_credentials_of",
    "find_person",
    "find_record",
    "grant_role",
    "hash_password",
    "is_active_account",
    "is_password",
    "is_within",
    "level_of",
    "lock_account",
    "login_key",
    "parse_address",
    "password_faults",
    "pending_links",
    "read_link",
    "register",
    "remove_phone",
    "reset_by_code",
    "reset_by_link",
    "role_of",
    "search_records",
    "set_level",
    "set_password",
    "spoken_phone",
    "stolen_passwords",
    "takes_sms",
    "tell_change",
    "told_level",
    "undo_change",
    "unlock_account",
    "users",
    "withdraw_role",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        cli=("users",),
        staff=(
            "LastAdmin",
            "Member",
            "ROLES",
            "Role",
            "all_staff",
            "grant_role",
            "role_of",
            "withdraw_role",
        ),
        records=(
            "AccountRecord",
            "SHORTEST_PREFIX",
            "StateChanged",
            "count_accounts",
            "find_record",
            "lock_account",
            "search_records",
            "unlock_account",
        ),
        acts=(
            "Act",
            "find_act",
        ),
        deletion=(
            "DESTROYED",
            "ask_deletion",
            "call_deletion_off",
        ),
        messages=("count_message",),
        links=(
            "Link",
            "LinkOver",
            "TypedCode",
            "pending_links",
            "read_link",
        ),
        notices=(
            "Change",
            "tell_change",
        ),
        queries=(
            "Credentials",
            "Person",
            "find_credentials",
            "find_credentials_of",
            "find_person",
            "is_active_account",
        ),
        service=(
            "AddressTaken",
            "OperatorAccount",
            "Registration",
            "add_account",
            "ask_confirmation",
            "ask_reset",
            "confirm_by_code",
            "confirm_by_link",
            "register",
            "ask_change",
            "change_profile",
            "remove_phone",
            "undo_change",
            "set_level",
            "reset_by_code",
            "reset_by_link",
            "set_password",
        ),
    )
