-- 0011: projects behind the credits; batches that are pending, retired or void; serials of the registry that never
-- overlap; what an event did not use.

-- Where reductions come from. `is_ex_ante`: planted and not yet grown, so that nothing of it can be retired or given
-- away; it is told in public what was planted, where and when the rest follows.
CREATE TABLE IF NOT EXISTS projects (
    id               uuid PRIMARY KEY,
    code             text NOT NULL,
    name_zh          text NOT NULL,
    name_en          text NOT NULL,
    product          text NOT NULL,
    category         text NOT NULL,
    methodology      text,
    registry         text,
    registration_no  text,
    country          text NOT NULL DEFAULT 'CN',
    location         text,
    origin_tag       text,
    approved_by      text,
    approval_doc     text,
    is_ex_ante       boolean NOT NULL DEFAULT false,
    species          text,
    area_ha          numeric(12, 2),
    polygon          jsonb,
    schedule         jsonb,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT projects_code_unique UNIQUE (code),
    CONSTRAINT projects_registered_once UNIQUE (product, registration_no),
    CONSTRAINT projects_product_known CHECK (product IN
        ('cea', 'ccer', 'cdcer', 'forest_grass_sink', 'provincial', 'vcu', 'gs_ver', 'cer')),
    CONSTRAINT projects_category_known CHECK (category IN ('renewable', 'photovoltaic', 'forestry', 'grassland',
        'wetland', 'biogas', 'waste', 'efficiency', 'rural_environment', 'transport', 'other')),
    CONSTRAINT projects_country_form CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT projects_origin_known CHECK (origin_tag IN ('formerly_poor_area')),
    CONSTRAINT projects_area_positive CHECK (area_ha > 0),
    CONSTRAINT projects_ex_ante_grows CHECK (NOT is_ex_ante
        OR (product = 'forest_grass_sink' AND category IN ('forestry', 'grassland', 'wetland'))),
    CONSTRAINT projects_ex_ante_is_told CHECK (NOT is_ex_ante
        OR num_nulls(location, species, area_ha, schedule) = 0)
);

-- What was done at a project, as anyone may read it: so many plants of a species on a day, so many found alive later.
-- Append-only.
CREATE TABLE IF NOT EXISTS plantings (
    id          uuid PRIMARY KEY,
    project_id  uuid NOT NULL REFERENCES projects (id),
    kind        text NOT NULL,
    day         date NOT NULL,
    species     text NOT NULL,
    plants      integer NOT NULL,
    area_ha     numeric(12, 2),
    note        text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT plantings_kind_known CHECK (kind IN ('planted', 'surviving')),
    CONSTRAINT plantings_plants_counted CHECK (plants > 0 OR (plants = 0 AND kind = 'surviving')),
    CONSTRAINT plantings_area_positive CHECK (area_ha > 0)
);
CREATE INDEX IF NOT EXISTS plantings_by_project ON plantings (project_id, day);

-- A batch may be entered before it is retired. Every row of before was retired.
ALTER TABLE credit_batches
    ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'retired',
    ADD COLUMN IF NOT EXISTS is_ex_ante boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS project_id uuid,
    ADD COLUMN IF NOT EXISTS registry text,
    ADD COLUMN IF NOT EXISTS vintage_start date,
    ADD COLUMN IF NOT EXISTS vintage_end date,
    ADD COLUMN IF NOT EXISTS methodology text,
    ADD COLUMN IF NOT EXISTS monitoring_period text,
    ADD COLUMN IF NOT EXISTS registration_no text,
    ADD COLUMN IF NOT EXISTS approved_by text,
    ADD COLUMN IF NOT EXISTS approval_doc text,
    ADD COLUMN IF NOT EXISTS registry_serial_from text,
    ADD COLUMN IF NOT EXISTS registry_serial_to text,
    ADD COLUMN IF NOT EXISTS serial_space text,
    ADD COLUMN IF NOT EXISTS serial_first bigint,
    ADD COLUMN IF NOT EXISTS serial_last bigint,
    ADD COLUMN IF NOT EXISTS purpose text,
    ADD COLUMN IF NOT EXISTS beneficiary text,
    ADD COLUMN IF NOT EXISTS origin_tag text,
    ADD COLUMN IF NOT EXISTS price_as_of date,
    ADD COLUMN IF NOT EXISTS price_source text,
    ADD COLUMN IF NOT EXISTS proof_sha256 bytea,
    ADD COLUMN IF NOT EXISTS published_at timestamptz,
    ADD COLUMN IF NOT EXISTS voided_at timestamptz,
    ADD COLUMN IF NOT EXISTS void_reason text;
ALTER TABLE credit_batches ALTER COLUMN retirement_ref DROP NOT NULL;
ALTER TABLE credit_batches ALTER COLUMN retired_on DROP NOT NULL;

ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_project_id_fkey;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_project_id_fkey
    FOREIGN KEY (project_id) REFERENCES projects (id);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_status_known;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_status_known
    CHECK (status IN ('pending', 'retired', 'void'));
-- A retirement is told whole or not at all; what is pending has none, what is retired has one.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retirement_told;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retirement_told
    CHECK ((retirement_ref IS NULL) = (retired_on IS NULL)
        AND (status <> 'retired' OR retired_on IS NOT NULL) AND (status <> 'pending' OR retired_on IS NULL));
-- Only what is retired can be given to an event, and what was given away can no longer be made void.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_assigned_when_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_assigned_when_retired
    CHECK (status = 'retired' OR assigned_g = 0);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_ex_ante_not_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_ex_ante_not_retired
    CHECK (NOT is_ex_ante OR status <> 'retired');
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_void_with_reason;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_void_with_reason
    CHECK ((status = 'void') = (voided_at IS NOT NULL) AND (voided_at IS NULL) = (void_reason IS NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_published_when_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_published_when_retired
    CHECK (published_at IS NULL OR retired_on IS NOT NULL);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_origin_known;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_origin_known CHECK (origin_tag IN ('formerly_poor_area'));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_vintage_dates;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_vintage_dates
    CHECK ((vintage_start IS NULL) = (vintage_end IS NULL) AND (vintage_end IS NULL OR vintage_end >= vintage_start));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_proof_hash_length;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_proof_hash_length
    CHECK (octet_length(proof_sha256) = 32);
-- One serial of a registry is one tonne. `serial_space` is the registry and all of the serial but its number.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_serials_whole;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_serials_whole
    CHECK (num_nulls(registry_serial_from, registry_serial_to, serial_space, serial_first, serial_last) IN (0, 5)
        AND (serial_space IS NULL OR registry IS NOT NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_serials_are_tonnes;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_serials_are_tonnes
    CHECK (serial_first >= 0 AND serial_last - serial_first + 1 = quantity_t);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_serials_apart;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_serials_apart EXCLUDE USING gist
    (int8range(hashtextextended(serial_space, 0), hashtextextended(serial_space, 0), '[]') WITH &&,
     int8range(serial_first, serial_last, '[]') WITH &&)
    WHERE (serial_space IS NOT NULL AND status <> 'void');
-- As before, but a batch that was made void may be entered again as it should have been.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_once;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_once EXCLUDE USING btree
    (product WITH =, retirement_ref WITH =, project_name WITH =, vintage WITH =) WHERE (status <> 'void');
-- The stock, product by product.
CREATE INDEX IF NOT EXISTS credit_batches_in_stock ON credit_batches (product, id)
    WHERE status = 'retired' AND assigned_g < quantity_t * 1000000;

-- What was retired for an event and went to nobody, written once when the event closes. Append-only.
CREATE TABLE IF NOT EXISTS surpluses (
    event_id    uuid PRIMARY KEY REFERENCES events (id),
    grams       bigint NOT NULL,
    unused_g    bigint NOT NULL,
    released_g  bigint NOT NULL,
    by_batch    jsonb NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT surpluses_grams_add_up CHECK (unused_g >= 0 AND released_g >= 0 AND grams = unused_g + released_g)
);
