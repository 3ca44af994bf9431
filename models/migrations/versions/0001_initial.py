"""The tables as the product starts with them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "bounced_address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_address")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.CheckConstraint(
            "source IN ('manual', 'excel', '1c', 'cabinet', 'system')", name=op.f("ck_change_source_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_table(
        "committee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("name_key", name=op.f("uq_committee_name_key")),
    )
    op.create_table(
        "document_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("for_people", sa.Boolean(), nullable=False),
        sa.Column("for_companies", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_type")),
        sa.UniqueConstraint("code", name=op.f("uq_document_type_code")),
    )
    op.create_table(
        "duplicate_search",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_duplicate_search_kind_known")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_duplicate_search")),
    )
    op.create_table(
        "extra_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("owner IN ('person', 'company')", name=op.f("ck_extra_field_owner_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_field")),
        sa.UniqueConstraint("owner", "label", name=op.f("uq_extra_field_owner_label")),
    )
    op.create_table(
        "field_origin",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('manual', 'excel', '1c', 'cabinet', 'system')", name=op.f("ck_field_origin_source_known")
        ),
        sa.PrimaryKeyConstraint("entity", "entity_id", "field", name=op.f("pk_field_origin")),
    )
    op.create_table(
        "grid_index",
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_grid_index")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'running', 'done', 'failed', 'lost')", name=op.f("ck_job_run_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_table(
        "membership_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('ending', 'overdue', 'left')", name=op.f("ck_membership_rule_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_rule")),
        sa.UniqueConstraint("state", name=op.f("uq_membership_rule_state")),
    )
    op.create_table(
        "message_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('general', 'event', 'membership', 'association', 'birthday', 'document', 'date')",
            name=op.f("ck_message_template_kind_known"),
        ),
        sa.CheckConstraint(
            "purpose IN ('statutory', 'service', 'invitation', 'advertising')",
            name=op.f("ck_message_template_purpose_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("code", name=op.f("uq_message_template_code")),
    )
    op.create_table(
        "purpose_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("respects_do_not_disturb", sa.Boolean(), nullable=False),
        sa.Column("respects_opt_out", sa.Boolean(), nullable=False),
        sa.Column("needs_consent", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "code IN ('statutory', 'service', 'invitation', 'advertising')", name=op.f("ck_purpose_policy_code_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose_policy")),
        sa.UniqueConstraint("code", name=op.f("uq_purpose_policy_code")),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("severity IN ('error', 'warning', 'info')", name=op.f("ck_remark_severity_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_table(
        "responsible_manager",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsible_manager")),
        sa.UniqueConstraint("name", name=op.f("uq_responsible_manager_name")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("inn", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_member", sa.Boolean(), nullable=True),
        sa.Column("is_potential", sa.Boolean(), nullable=True),
        sa.Column("contract_number", sa.String(), nullable=True),
        sa.Column("contract_date", sa.String(), nullable=True),
        sa.Column("member_since", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("do_not_disturb", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("ogrn", sa.String(), nullable=True),
        sa.Column("kpp", sa.String(), nullable=True),
        sa.Column("legal_address", sa.String(), nullable=True),
        sa.Column("actual_address", sa.String(), nullable=True),
        sa.CheckConstraint("length(contract_date) IN (4, 7, 10)", name=op.f("ck_company_contract_date_partial")),
        sa.CheckConstraint("length(member_since) IN (4, 7, 10)", name=op.f("ck_company_member_since_partial")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["responsible_manager.id"], name=op.f("fk_company_responsible_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("inn", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_member", sa.Boolean(), nullable=True),
        sa.Column("is_potential", sa.Boolean(), nullable=True),
        sa.Column("contract_number", sa.String(), nullable=True),
        sa.Column("contract_date", sa.String(), nullable=True),
        sa.Column("member_since", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("do_not_disturb", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("birth_date", sa.String(), nullable=True),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("regalia", sa.String(), nullable=True),
        sa.Column("degree", sa.String(), nullable=True),
        sa.Column("passport", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.CheckConstraint("length(birth_date) IN (4, 7, 10)", name=op.f("ck_person_birth_date_partial")),
        sa.CheckConstraint("length(contract_date) IN (4, 7, 10)", name=op.f("ck_person_contract_date_partial")),
        sa.CheckConstraint("length(member_since) IN (4, 7, 10)", name=op.f("ck_person_member_since_partial")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["responsible_manager.id"], name=op.f("fk_person_responsible_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"], ["message_template.id"], name=op.f("fk_template_version_template_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_version_template_id_number")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("responsible_manager_id", sa.Integer(), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('administrator', 'director', 'manager', 'accountant', 'member', 'candidate')",
            name=op.f("ck_account_role_known"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["responsible_manager_id"],
            ["responsible_manager.id"],
            name=op.f("fk_account_responsible_manager_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "committee_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "position IN ('chair', 'deputy', 'secretary', 'member')", name=op.f("ck_committee_seat_position_known")
        ),
        sa.CheckConstraint("length(since) IN (4, 7, 10)", name=op.f("ck_committee_seat_since_partial")),
        sa.CheckConstraint("length(until) IN (4, 7, 10)", name=op.f("ck_committee_seat_until_partial")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_committee_seat_committee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_committee_seat_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_seat")),
        sa.UniqueConstraint(
            "committee_id",
            "person_id",
            "position",
            "since",
            name=op.f("uq_committee_seat_committee_id_person_id_position_since"),
        ),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('statutory', 'service', 'invitation', 'advertising')", name=op.f("ck_consent_purpose_known")
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_consent_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_consent_company_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_document_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_document_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_document_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["type_id"], ["document_type.id"], name=op.f("fk_document_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_table(
        "document_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_document_receipt_person_id_or_company_id")
        ),
        sa.CheckConstraint("length(received_on) IN (4, 7, 10)", name=op.f("ck_document_receipt_received_on_partial")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_document_receipt_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_document_receipt_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["type_id"], ["document_type.id"], name=op.f("fk_document_receipt_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_receipt")),
        sa.UniqueConstraint("company_id", "type_id", name=op.f("uq_document_receipt_company_id_type_id")),
        sa.UniqueConstraint("person_id", "type_id", name=op.f("uq_document_receipt_person_id_type_id")),
    )
    op.create_table(
        "employment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("is_director", sa.Boolean(), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_employment_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_employment_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
        sa.UniqueConstraint("person_id", "company_id", name=op.f("uq_employment_person_id_company_id")),
    )
    op.create_table(
        "extra_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_extra_value_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_extra_value_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["extra_field.id"], name=op.f("fk_extra_value_field_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_extra_value_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_value")),
        sa.UniqueConstraint("company_id", "field_id", name=op.f("uq_extra_value_company_id_field_id")),
        sa.UniqueConstraint("person_id", "field_id", name=op.f("uq_extra_value_person_id_field_id")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("fee_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_how", sa.String(), nullable=True),
        sa.Column("referred_by", sa.String(), nullable=True),
        sa.Column("state_override", sa.String(), nullable=True),
        sa.Column("override_note", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint("left_how IN ('resign', 'exclude')", name=op.f("ck_membership_left_how_known")),
        sa.CheckConstraint(
            "state_override IN ('active', 'overdue', 'suspended', 'left')",
            name=op.f("ck_membership_state_override_known"),
        ),
        sa.CheckConstraint("(left_on IS NULL) = (left_how IS NULL)", name=op.f("ck_membership_left_on_and_how")),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_membership_person_id_or_company_id")
        ),
        sa.CheckConstraint("suspended_from <= suspended_until", name=op.f("ck_membership_suspension_in_order")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_membership_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("company_id", name=op.f("uq_membership_company_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_membership_person_id")),
    )
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.CheckConstraint("channel IN ('cabinet', 'email', 'sms')", name=op.f("ck_opt_out_channel_known")),
        sa.CheckConstraint(
            "purpose IN ('statutory', 'service', 'invitation', 'advertising')", name=op.f("ck_opt_out_purpose_known")
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_opt_out_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_opt_out_company_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opt_out_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
        sa.UniqueConstraint("company_id", "purpose", "channel", name=op.f("uq_opt_out_company_id_purpose_channel")),
        sa.UniqueConstraint("person_id", "purpose", "channel", name=op.f("uq_opt_out_person_id_purpose_channel")),
    )
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topics", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaker_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("person_id", name=op.f("uq_speaker_person_id")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("contacts", sa.String(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["person.id"], name=op.f("fk_venue_contact_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["partner_id"], ["company.id"], name=op.f("fk_venue_partner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["responsible_manager.id"], name=op.f("fk_venue_responsible_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("name_key", name=op.f("uq_venue_name_key")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_column_mapping_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("shape", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "committee_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'refused')", name=op.f("ck_committee_request_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_committee_request_committee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_committee_request_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_committee_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_request")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("starts_on", sa.String(), nullable=True),
        sa.Column("ends_on", sa.String(), nullable=True),
        sa.Column("start_time", sa.String(), nullable=True),
        sa.Column("end_time", sa.String(), nullable=True),
        sa.Column("moved_from", sa.String(), nullable=True),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("invited_stated", sa.Integer(), nullable=True),
        sa.Column("attended_stated", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "end_time LIKE '__:__' AND end_time BETWEEN '00:00' AND '23:59'", name=op.f("ck_event_end_time_of_day")
        ),
        sa.CheckConstraint("format IN ('online', 'onsite', 'hybrid')", name=op.f("ck_event_format_known")),
        sa.CheckConstraint("kind IN ('event', 'meeting', 'session', 'course')", name=op.f("ck_event_kind_known")),
        sa.CheckConstraint(
            "start_time LIKE '__:__' AND start_time BETWEEN '00:00' AND '23:59'",
            name=op.f("ck_event_start_time_of_day"),
        ),
        sa.CheckConstraint("attended_stated >= 0", name=op.f("ck_event_attended_stated_positive")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_event_capacity_positive")),
        sa.CheckConstraint("invited_stated >= 0", name=op.f("ck_event_invited_stated_positive")),
        sa.CheckConstraint("length(ends_on) IN (4, 7, 10)", name=op.f("ck_event_ends_on_partial")),
        sa.CheckConstraint("length(moved_from) IN (4, 7, 10)", name=op.f("ck_event_moved_from_partial")),
        sa.CheckConstraint("length(starts_on) IN (4, 7, 10)", name=op.f("ck_event_starts_on_partial")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_event_committee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["responsible_manager.id"], name=op.f("fk_event_responsible_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_event_venue_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_table(
        "form_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_form_draft_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_draft")),
        sa.UniqueConstraint("account_id", "form", name=op.f("uq_form_draft_account_id_form")),
    )
    op.create_table(
        "login_session",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_login_session")),
    )
    op.create_table(
        "match_decision",
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_match_decision_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_match_decision")),
    )
    op.create_table(
        "membership_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("fee_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_membership_period_in_order")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_period_membership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_period")),
        sa.UniqueConstraint("membership_id", "ends_on", name=op.f("uq_membership_period_membership_id_ends_on")),
    )
    op.create_table(
        "membership_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('join', 'renew', 'suspend', 'resume', 'resign', 'exclude')",
            name=op.f("ck_membership_step_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_step_membership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_step")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("code IS NULL OR owner_id IS NULL", name=op.f("ck_segment_built_in_is_nobodys")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_segment_owner_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("code", name=op.f("uq_segment_code")),
    )
    op.create_table(
        "sending_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["account.id"], name=op.f("fk_sending_switch_paused_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_switch")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("permission", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('export', 'import', 'document', 'attachment')", name=op.f("ck_stored_file_purpose_known")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_stored_file_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "table_layout",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_table_layout_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "table_name", name=op.f("pk_table_layout")),
    )
    op.create_table(
        "document_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_document_version_account_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_version_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_document_version_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_version_document_id_number")),
        sa.UniqueConstraint("file_id", name=op.f("uq_document_version_file_id")),
    )
    op.create_table(
        "event_speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_speaker_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_event_speaker_speaker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_speaker")),
        sa.UniqueConstraint("event_id", "speaker_id", name=op.f("uq_event_speaker_event_id_speaker_id")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_of", sa.Integer(), nullable=True),
        sa.Column("change_mark", sa.Integer(), nullable=False),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.Column("options", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('load', 'edit', 'merge')", name=op.f("ck_import_batch_kind_known")),
        sa.CheckConstraint(
            "state IN ('planning', 'planned', 'applying', 'applied', 'undone', 'failed', 'cancelled')",
            name=op.f("ck_import_batch_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_import_batch_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_import_batch_file_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undo_of"], ["import_batch.id"], name=op.f("fk_import_batch_undo_of"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("template_kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("audience_title", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("one_letter", sa.Boolean(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.Column("receive", sa.Integer(), nullable=True),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delay_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('message', 'reminder', 'invitation', 'association', 'birthday', 'event_change')",
            name=op.f("ck_mailing_kind_known"),
        ),
        sa.CheckConstraint(
            "purpose IN ('statutory', 'service', 'invitation', 'advertising')", name=op.f("ck_mailing_purpose_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'approval', 'confirmed', 'done', 'cancelled')",
            name=op.f("ck_mailing_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mailing_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_mailing_approved_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_mailing_confirmed_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mailing_event_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["template_id"], ["message_template.id"], name=op.f("fk_mailing_template_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('invited', 'applied', 'confirmed', 'attended', 'no_show', 'declined')",
            name=op.f("ck_participation_status_known"),
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_participation_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_participation_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_participation_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_participation_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("event_id", "company_id", name=op.f("uq_participation_event_id_company_id")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_participation_event_id_person_id")),
    )
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("watched", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=True),
        sa.Column("column_key", sa.String(), nullable=True),
        sa.Column("document_type_id", sa.Integer(), nullable=True),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("send_at", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_until", sa.String(), nullable=True),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("catch_up_days", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("enabled_on", sa.Date(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("seen_version", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('statutory', 'service', 'invitation', 'advertising')",
            name=op.f("ck_reminder_rule_purpose_known"),
        ),
        sa.CheckConstraint(
            "quiet_from LIKE '__:__' AND quiet_from BETWEEN '00:00' AND '23:59'",
            name=op.f("ck_reminder_rule_quiet_from_of_day"),
        ),
        sa.CheckConstraint(
            "quiet_until LIKE '__:__' AND quiet_until BETWEEN '00:00' AND '23:59'",
            name=op.f("ck_reminder_rule_quiet_until_of_day"),
        ),
        sa.CheckConstraint(
            "send_at LIKE '__:__' AND send_at BETWEEN '00:00' AND '23:59'", name=op.f("ck_reminder_rule_send_at_of_day")
        ),
        sa.CheckConstraint(
            "watched IN ('membership_end', 'fee_due', 'event_start', 'document_missing', 'birthday', 'date_column')",
            name=op.f("ck_reminder_rule_watched_known"),
        ),
        sa.CheckConstraint("active_from <= active_until", name=op.f("ck_reminder_rule_active_in_order")),
        sa.CheckConstraint("catch_up_days >= 0", name=op.f("ck_reminder_rule_catch_up_positive")),
        sa.ForeignKeyConstraint(
            ["document_type_id"],
            ["document_type.id"],
            name=op.f("fk_reminder_rule_document_type_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_reminder_rule_segment_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["message_template.id"], name=op.f("fk_reminder_rule_template_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_reminder_rule_code")),
    )
    op.create_table(
        "template_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_template_file_file_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["message_template.id"], name=op.f("fk_template_file_template_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_file")),
    )
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("left_id", sa.Integer(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_duplicate_pair_kind_known")),
        sa.CheckConstraint("state IN ('open', 'merged', 'not_duplicate')", name=op.f("ck_duplicate_pair_state_known")),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_duplicate_pair_in_order")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_duplicate_pair_batch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_duplicate_pair_decided_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("kind", "left_id", "right_id", name=op.f("uq_duplicate_pair_kind_left_id_right_id")),
    )
    op.create_table(
        "hidden_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name=op.f("ck_hidden_value_says_something")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_hidden_value_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden_value")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("has_new", sa.Boolean(), nullable=False),
        sa.Column("has_changed", sa.Boolean(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("has_error", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("cells", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("choices", sa.String(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('created', 'changed', 'same', 'doubtful', 'skipped')", name=op.f("ck_import_row_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_table(
        "mailing_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_mailing_file_file_id")),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_file_mailing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_file")),
    )
    op.create_table(
        "reminder_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["reminder_rule.id"], name=op.f("fk_reminder_step_rule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_step")),
        sa.UniqueConstraint("rule_id", "months", "days", name=op.f("uq_reminder_step_rule_id_months_days")),
    )
    op.create_table(
        "delivery",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("anchor_date", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=True),
        sa.Column("once_key", sa.String(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('cabinet', 'email', 'sms')", name=op.f("ck_delivery_channel_known")),
        sa.CheckConstraint(
            "reason IN ('inactive', 'do_not_disturb', 'opted_out', 'no_consent', 'no_address', 'bounced', 'already', 'event_cancelled', 'event_over', 'no_longer_due', 'not_rendered')",
            name=op.f("ck_delivery_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'excluded', 'queued', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'cancelled', 'missed')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint("(mailing_id IS NULL) <> (step_id IS NULL)", name=op.f("ck_delivery_mailing_or_step")),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_delivery_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["delivery.id"], name=op.f("fk_delivery_carrier_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_delivery_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_delivery_mailing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["reminder_step.id"], name=op.f("fk_delivery_step_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_table(
        "notice",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_notice_person_id_or_company_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_notice_company_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_notice_delivery_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_notice_delivery_id")),
    )
    op.create_index(op.f("ix_audit_event_account_id"), "audit_event", ["account_id"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_index(op.f("ix_change_batch_id"), "change", ["batch_id"], unique=False)
    op.create_index(
        "ix_change_deletion",
        "change",
        ["entity"],
        unique=False,
        sqlite_where=sa.text("field = '*' AND after IS NULL"),
        postgresql_where=sa.text("field = '*' AND after IS NULL"),
    )
    op.create_index("ix_change_entity_entity_id", "change", ["entity", "entity_id", "id"], unique=False)
    op.create_index("ix_job_run_job_id", "job_run", ["job", "id"], unique=False)
    op.create_index("ix_job_run_state_id", "job_run", ["state", "id"], unique=False)
    op.create_index("ix_login_attempt_key_at", "login_attempt", ["key", "at"], unique=False)
    op.create_index(op.f("ix_remark_batch_id"), "remark", ["batch_id"], unique=False)
    op.create_index("ix_remark_entity_entity_id", "remark", ["entity", "entity_id"], unique=False)
    op.create_index(
        "ix_company_do_not_disturb",
        "company",
        ["id"],
        unique=False,
        sqlite_where=sa.text("do_not_disturb IS 1"),
        postgresql_where=sa.text("do_not_disturb IS true"),
    )
    op.create_index("ix_company_name_key", "company", ["name_key"], unique=False)
    op.create_index("ix_company_ogrn", "company", ["ogrn"], unique=False)
    op.create_index(op.f("ix_company_responsible_id"), "company", ["responsible_id"], unique=False)
    op.create_index(
        "uq_company_inn_kpp",
        "company",
        ["inn", sa.literal_column("coalesce(kpp, '')")],
        unique=True,
        sqlite_where=sa.text("length(inn) IN (10, 12)"),
        postgresql_where=sa.text("length(inn) IN (10, 12)"),
    )
    op.create_index("ix_person_birthday", "person", [sa.literal_column("substr(birth_date, 6, 5)")], unique=False)
    op.create_index(
        "ix_person_do_not_disturb",
        "person",
        ["id"],
        unique=False,
        sqlite_where=sa.text("do_not_disturb IS 1"),
        postgresql_where=sa.text("do_not_disturb IS true"),
    )
    op.create_index("ix_person_email", "person", ["email"], unique=False)
    op.create_index("ix_person_name_key", "person", ["name_key"], unique=False)
    op.create_index("ix_person_phone", "person", ["phone"], unique=False)
    op.create_index(op.f("ix_person_responsible_id"), "person", ["responsible_id"], unique=False)
    op.create_index(
        "uq_person_inn",
        "person",
        ["inn"],
        unique=True,
        sqlite_where=sa.text("length(inn) = 12"),
        postgresql_where=sa.text("length(inn) = 12"),
    )
    op.create_index("ix_committee_seat_person_id", "committee_seat", ["person_id"], unique=False)
    op.create_index(
        "uq_committee_seat_open",
        "committee_seat",
        ["committee_id", "person_id", "position"],
        unique=True,
        sqlite_where=sa.text("since IS NULL"),
        postgresql_where=sa.text("since IS NULL"),
    )
    op.create_index("ix_consent_company_id", "consent", ["company_id"], unique=False)
    op.create_index("ix_consent_person_id", "consent", ["person_id"], unique=False)
    op.create_index("ix_document_company_id", "document", ["company_id"], unique=False)
    op.create_index("ix_document_person_id", "document", ["person_id"], unique=False)
    op.create_index("ix_document_removed_at", "document", ["removed_at"], unique=False)
    op.create_index("ix_document_type_id", "document", ["type_id"], unique=False)
    op.create_index("ix_document_receipt_type_id", "document_receipt", ["type_id"], unique=False)
    op.create_index("ix_employment_company_id", "employment", ["company_id"], unique=False)
    op.create_index("ix_extra_value_field_id", "extra_value", ["field_id"], unique=False)
    op.create_index(op.f("ix_membership_ends_on"), "membership", ["ends_on"], unique=False)
    op.create_index(op.f("ix_membership_starts_on"), "membership", ["starts_on"], unique=False)
    op.create_index(op.f("ix_venue_contact_id"), "venue", ["contact_id"], unique=False)
    op.create_index(op.f("ix_venue_partner_id"), "venue", ["partner_id"], unique=False)
    op.create_index(op.f("ix_venue_responsible_id"), "venue", ["responsible_id"], unique=False)
    op.create_index("ix_committee_request_person_id", "committee_request", ["person_id"], unique=False)
    op.create_index(
        "uq_committee_request_pending",
        "committee_request",
        ["committee_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(op.f("ix_event_committee_id"), "event", ["committee_id"], unique=False)
    op.create_index("ix_event_kind_starts_on", "event", ["kind", "starts_on"], unique=False)
    op.create_index("ix_event_name_key", "event", ["name_key"], unique=False)
    op.create_index(op.f("ix_event_responsible_id"), "event", ["responsible_id"], unique=False)
    op.create_index(op.f("ix_event_venue_id"), "event", ["venue_id"], unique=False)
    op.create_index(op.f("ix_form_draft_at"), "form_draft", ["at"], unique=False)
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"], unique=False)
    op.create_index(op.f("ix_membership_step_membership_id"), "membership_step", ["membership_id"], unique=False)
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_index(op.f("ix_segment_owner_id"), "segment", ["owner_id"], unique=False)
    op.create_index("ix_segment_place", "segment", ["place", "id"], unique=False)
    op.create_index(op.f("ix_sending_switch_paused_by"), "sending_switch", ["paused_by"], unique=False)
    op.create_index("ix_stored_file_expires_at", "stored_file", ["expires_at"], unique=False)
    op.create_index(op.f("ix_stored_file_owner_id"), "stored_file", ["owner_id"], unique=False)
    op.create_index(op.f("ix_document_version_account_id"), "document_version", ["account_id"], unique=False)
    op.create_index("ix_event_speaker_speaker_id", "event_speaker", ["speaker_id"], unique=False)
    op.create_index(op.f("ix_import_batch_sha256"), "import_batch", ["sha256"], unique=False)
    op.create_index(op.f("ix_import_batch_undo_of"), "import_batch", ["undo_of"], unique=False)
    op.create_index(op.f("ix_mailing_account_id"), "mailing", ["account_id"], unique=False)
    op.create_index(op.f("ix_mailing_approved_by"), "mailing", ["approved_by"], unique=False)
    op.create_index(op.f("ix_mailing_confirmed_by"), "mailing", ["confirmed_by"], unique=False)
    op.create_index(op.f("ix_mailing_event_id"), "mailing", ["event_id"], unique=False)
    op.create_index("ix_mailing_state", "mailing", ["state"], unique=False)
    op.create_index(op.f("ix_mailing_template_id"), "mailing", ["template_id"], unique=False)
    op.create_index("ix_participation_company_id", "participation", ["company_id"], unique=False)
    op.create_index("ix_participation_person_id", "participation", ["person_id"], unique=False)
    op.create_index(op.f("ix_reminder_rule_document_type_id"), "reminder_rule", ["document_type_id"], unique=False)
    op.create_index(op.f("ix_reminder_rule_segment_id"), "reminder_rule", ["segment_id"], unique=False)
    op.create_index(op.f("ix_reminder_rule_template_id"), "reminder_rule", ["template_id"], unique=False)
    op.create_index(op.f("ix_template_file_file_id"), "template_file", ["file_id"], unique=False)
    op.create_index(op.f("ix_template_file_template_id"), "template_file", ["template_id"], unique=False)
    op.create_index(op.f("ix_duplicate_pair_batch_id"), "duplicate_pair", ["batch_id"], unique=False)
    op.create_index(op.f("ix_duplicate_pair_decided_by"), "duplicate_pair", ["decided_by"], unique=False)
    op.create_index("ix_duplicate_pair_kept_id", "duplicate_pair", ["kind", "kept_id"], unique=False)
    op.create_index("ix_duplicate_pair_right_id", "duplicate_pair", ["kind", "right_id"], unique=False)
    op.create_index("ix_duplicate_pair_state", "duplicate_pair", ["kind", "state", "score", "id"], unique=False)
    op.create_index("ix_hidden_value_batch_id", "hidden_value", ["batch_id"], unique=False)
    op.create_index("ix_import_row_batch_id_place", "import_row", ["batch_id", "place"], unique=True)
    op.create_index(op.f("ix_mailing_file_file_id"), "mailing_file", ["file_id"], unique=False)
    op.create_index(op.f("ix_mailing_file_mailing_id"), "mailing_file", ["mailing_id"], unique=False)
    op.create_index(
        "ix_delivery_carrier_id",
        "delivery",
        ["carrier_id"],
        unique=False,
        sqlite_where=sa.text("carrier_id IS NOT NULL"),
        postgresql_where=sa.text("carrier_id IS NOT NULL"),
    )
    op.create_index("ix_delivery_company_id", "delivery", ["company_id"], unique=False)
    op.create_index(
        "ix_delivery_ledger",
        "delivery",
        ["step_id", "id"],
        unique=False,
        sqlite_where=sa.text("step_id IS NOT NULL"),
        postgresql_where=sa.text("step_id IS NOT NULL"),
    )
    op.create_index("ix_delivery_mailing_state", "delivery", ["mailing_id", "state", "channel"], unique=False)
    op.create_index("ix_delivery_person_id", "delivery", ["person_id"], unique=False)
    op.create_index(
        "ix_delivery_under_way",
        "delivery",
        ["claimed_by"],
        unique=False,
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_delivery_mailing_company",
        "delivery",
        ["mailing_id", "company_id", "channel"],
        unique=True,
        sqlite_where=sa.text("mailing_id IS NOT NULL AND company_id IS NOT NULL"),
        postgresql_where=sa.text("mailing_id IS NOT NULL AND company_id IS NOT NULL"),
    )
    op.create_index(
        "uq_delivery_mailing_person",
        "delivery",
        ["mailing_id", "person_id", "channel"],
        unique=True,
        sqlite_where=sa.text("mailing_id IS NOT NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("mailing_id IS NOT NULL AND person_id IS NOT NULL"),
    )
    op.create_index(
        "uq_delivery_once_company",
        "delivery",
        ["once_key", "company_id", "channel"],
        unique=True,
        sqlite_where=sa.text(
            "once_key IS NOT NULL AND company_id IS NOT NULL AND state IN ('claimed', 'sending', 'sent', 'unknown')"
        ),
        postgresql_where=sa.text(
            "once_key IS NOT NULL AND company_id IS NOT NULL AND state IN ('claimed', 'sending', 'sent', 'unknown')"
        ),
    )
    op.create_index(
        "uq_delivery_once_person",
        "delivery",
        ["once_key", "person_id", "channel"],
        unique=True,
        sqlite_where=sa.text(
            "once_key IS NOT NULL AND person_id IS NOT NULL AND state IN ('claimed', 'sending', 'sent', 'unknown')"
        ),
        postgresql_where=sa.text(
            "once_key IS NOT NULL AND person_id IS NOT NULL AND state IN ('claimed', 'sending', 'sent', 'unknown')"
        ),
    )
    op.create_index(
        "uq_delivery_step_company",
        "delivery",
        ["step_id", "subject", "subject_id", "anchor_date", "company_id", "channel"],
        unique=True,
        sqlite_where=sa.text("step_id IS NOT NULL AND company_id IS NOT NULL"),
        postgresql_where=sa.text("step_id IS NOT NULL AND company_id IS NOT NULL"),
    )
    op.create_index(
        "uq_delivery_step_person",
        "delivery",
        ["step_id", "subject", "subject_id", "anchor_date", "person_id", "channel"],
        unique=True,
        sqlite_where=sa.text("step_id IS NOT NULL AND person_id IS NOT NULL"),
        postgresql_where=sa.text("step_id IS NOT NULL AND person_id IS NOT NULL"),
    )
    op.create_index(
        "uq_delivery_token_hash",
        "delivery",
        ["token_hash"],
        unique=True,
        sqlite_where=sa.text("token_hash IS NOT NULL"),
        postgresql_where=sa.text("token_hash IS NOT NULL"),
    )
    op.create_index("ix_notice_company_id", "notice", ["company_id", "id"], unique=False)
    op.create_index("ix_notice_person_id", "notice", ["person_id", "id"], unique=False)
