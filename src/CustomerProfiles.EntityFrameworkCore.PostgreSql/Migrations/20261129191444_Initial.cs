using CustomerProfiles.EntityFrameworkCore;
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CustomerProfiles.EntityFrameworkCore.PostgreSql.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cp_budget_usage",
                columns: table => new
                {
                    provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    period = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    shard = table.Column<int>(type: "integer", nullable: false),
                    used = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_budget_usage", x => new { x.provider, x.period, x.shard });
                });

            migrationBuilder.CreateTable(
                name: "cp_customers",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    is_suppressed = table.Column<bool>(type: "boolean", nullable: false),
                    suppression_generation = table.Column<long>(type: "bigint", nullable: false),
                    last_change = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    merged_into = table.Column<Guid>(type: "uuid", nullable: true),
                    merged_by = table.Column<Guid>(type: "uuid", nullable: true),
                    marked_by = table.Column<Guid>(type: "uuid", nullable: true),
                    profile = table.Column<string>(type: "json", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_customers", x => new { x.tenant, x.id });
                    table.ForeignKey(
                        name: "fk_cp_customers_merged",
                        columns: x => new { x.tenant, x.merged_into },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_erasure_guards",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    guarded_until = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_erasure_guards", x => new { x.tenant, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "cp_erasure_marks",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    key_id = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_erasure_marks", x => new { x.tenant, x.hash });
                });

            migrationBuilder.CreateTable(
                name: "cp_erasures",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    erased_with = table.Column<Guid>(type: "uuid", nullable: false),
                    erasure_id = table.Column<Guid>(type: "uuid", nullable: false),
                    erased_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    receipt = table.Column<string>(type: "json", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_erasures", x => new { x.tenant, x.customer_id });
                });

            migrationBuilder.CreateTable(
                name: "cp_event_queues",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_sequence = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    lease_id = table.Column<Guid>(type: "uuid", nullable: true),
                    available_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_event_queues", x => new { x.tenant, x.customer_id });
                });

            migrationBuilder.CreateTable(
                name: "cp_events",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    @event = table.Column<string>(name: "event", type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_events", x => new { x.tenant, x.customer_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "cp_features",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    is_on = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_features", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "cp_property_definitions",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    definitions = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_property_definitions", x => x.tenant);
                });

            migrationBuilder.CreateTable(
                name: "cp_provider_settings",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    generation = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_provider_settings", x => new { x.tenant, x.provider });
                });

            migrationBuilder.CreateTable(
                name: "cp_schema",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_schema", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "cp_suppressions",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    value = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    merge_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_suppressions", x => new { x.tenant, x.kind, x.value });
                });

            migrationBuilder.CreateTable(
                name: "cp_activity",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    conversation_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_activity", x => new { x.tenant, x.customer_id });
                    table.ForeignKey(
                        name: "fk_cp_activity_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_checks",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    last_check_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    last_outcome = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true, collation: "C"),
                    requested_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    last_failure_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    last_failure = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true, collation: "C"),
                    is_pending = table.Column<bool>(type: "boolean", nullable: false),
                    setting_generation = table.Column<long>(type: "bigint", nullable: false),
                    suppression_generation = table.Column<long>(type: "bigint", nullable: false),
                    not_before = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    leased_until = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    available_from = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    lease_id = table.Column<Guid>(type: "uuid", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_checks", x => new { x.tenant, x.customer_id, x.provider });
                    table.ForeignKey(
                        name: "fk_cp_checks_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_conversations",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false, collation: "C"),
                    direction = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    occurred_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_conversations", x => new { x.tenant, x.customer_id, x.conversation_id });
                    table.ForeignKey(
                        name: "fk_cp_conversations_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_history",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: true),
                    change = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_history", x => new { x.tenant, x.customer_id, x.number });
                    table.ForeignKey(
                        name: "fk_cp_history_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_identities",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, collation: "C"),
                    value = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    origin_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_identities", x => new { x.tenant, x.kind, x.value });
                    table.ForeignKey(
                        name: "fk_cp_identities_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_match_keys",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    key = table.Column<long>(type: "bigint", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_match_keys", x => new { x.tenant, x.key, x.customer_id });
                    table.ForeignKey(
                        name: "fk_cp_match_keys_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_merges",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    from_id = table.Column<Guid>(type: "uuid", nullable: false),
                    into_id = table.Column<Guid>(type: "uuid", nullable: false),
                    merged_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    merged_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    undone_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    journal = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_merges", x => new { x.tenant, x.id });
                    table.ForeignKey(
                        name: "fk_cp_merges_from",
                        columns: x => new { x.tenant, x.from_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_cp_merges_into",
                        columns: x => new { x.tenant, x.into_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_not_duplicates",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    one_id = table.Column<Guid>(type: "uuid", nullable: false),
                    other_id = table.Column<Guid>(type: "uuid", nullable: false),
                    marked_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    marked_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_not_duplicates", x => new { x.tenant, x.one_id, x.other_id });
                    table.ForeignKey(
                        name: "fk_cp_not_duplicates_one",
                        columns: x => new { x.tenant, x.one_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_cp_not_duplicates_other",
                        columns: x => new { x.tenant, x.other_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_properties",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_properties", x => new { x.tenant, x.customer_id, x.key });
                    table.ForeignKey(
                        name: "fk_cp_properties_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cp_search",
                columns: table => new
                {
                    tenant = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    company = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    has_photo = table.Column<bool>(type: "boolean", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    prefixes = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    properties = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cp_search", x => new { x.tenant, x.customer_id });
                    table.ForeignKey(
                        name: "fk_cp_search_customer",
                        columns: x => new { x.tenant, x.customer_id },
                        principalTable: "cp_customers",
                        principalColumns: new[] { "tenant", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "cp_schema",
                column: "version",
                value: 1);

            migrationBuilder.CreateIndex(
                name: "ix_cp_activity_changed",
                table: "cp_activity",
                columns: new[] { "tenant", "changed_at", "customer_id" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_cp_activity_conversation",
                table: "cp_activity",
                columns: new[] { "tenant", "conversation_at", "customer_id" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_cp_checks_pending",
                table: "cp_checks",
                column: "available_from",
                filter: "is_pending");

            migrationBuilder.CreateIndex(
                name: "ix_cp_customers_merged",
                table: "cp_customers",
                columns: new[] { "tenant", "merged_into" },
                filter: "merged_into is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_customers_suppressed",
                table: "cp_customers",
                columns: new[] { "tenant", "id", "suppression_generation" },
                filter: "suppression_generation > 0");

            migrationBuilder.CreateIndex(
                name: "ix_cp_erasure_guards_until",
                table: "cp_erasure_guards",
                columns: new[] { "tenant", "guarded_until" });

            migrationBuilder.CreateIndex(
                name: "ix_cp_erasure_marks_key",
                table: "cp_erasure_marks",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "ix_cp_erasures_receipts",
                table: "cp_erasures",
                columns: new[] { "tenant", "erased_at", "erasure_id" },
                filter: "receipt is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_event_queues_available",
                table: "cp_event_queues",
                column: "available_from",
                filter: "available_from is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_identities_customer",
                table: "cp_identities",
                columns: new[] { "tenant", "customer_id" },
                filter: "customer_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_match_keys_customer",
                table: "cp_match_keys",
                columns: new[] { "tenant", "customer_id" },
                filter: "customer_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_merges_from",
                table: "cp_merges",
                columns: new[] { "tenant", "from_id" },
                filter: "from_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_merges_into",
                table: "cp_merges",
                columns: new[] { "tenant", "into_id" },
                filter: "into_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_merges_undoable",
                table: "cp_merges",
                columns: new[] { "tenant", "merged_at", "id" },
                filter: "journal is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_not_duplicates_other",
                table: "cp_not_duplicates",
                columns: new[] { "tenant", "other_id" },
                filter: "other_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_cp_properties_value",
                table: "cp_properties",
                columns: new[] { "tenant", "key", "value", "customer_id" });

            migrationBuilder.CreateIndex(
                name: "ix_cp_search_company",
                table: "cp_search",
                columns: new[] { "tenant", "company", "customer_id" },
                filter: "company <> ''");

            migrationBuilder.CreateIndex(
                name: "ix_cp_search_name",
                table: "cp_search",
                columns: new[] { "tenant", "name", "customer_id" });

            migrationBuilder.CreateIndex(
                name: "ix_cp_suppressions_merge",
                table: "cp_suppressions",
                columns: new[] { "tenant", "merge_id" },
                filter: "merge_id is not null");

            migrationBuilder.AddCustomerProfilesSearch();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cp_activity");

            migrationBuilder.DropTable(
                name: "cp_budget_usage");

            migrationBuilder.DropTable(
                name: "cp_checks");

            migrationBuilder.DropTable(
                name: "cp_conversations");

            migrationBuilder.DropTable(
                name: "cp_erasure_guards");

            migrationBuilder.DropTable(
                name: "cp_erasure_marks");

            migrationBuilder.DropTable(
                name: "cp_erasures");

            migrationBuilder.DropTable(
                name: "cp_event_queues");

            migrationBuilder.DropTable(
                name: "cp_events");

            migrationBuilder.DropTable(
                name: "cp_features");

            migrationBuilder.DropTable(
                name: "cp_history");

            migrationBuilder.DropTable(
                name: "cp_identities");

            migrationBuilder.DropTable(
                name: "cp_match_keys");

            migrationBuilder.DropTable(
                name: "cp_merges");

            migrationBuilder.DropTable(
                name: "cp_not_duplicates");

            migrationBuilder.DropTable(
                name: "cp_properties");

            migrationBuilder.DropTable(
                name: "cp_property_definitions");

            migrationBuilder.DropTable(
                name: "cp_provider_settings");

            migrationBuilder.DropTable(
                name: "cp_schema");

            migrationBuilder.DropTable(
                name: "cp_search");

            migrationBuilder.DropTable(
                name: "cp_suppressions");

            migrationBuilder.DropTable(
                name: "cp_customers");
        }
    }
}
