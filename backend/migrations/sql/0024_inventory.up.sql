-- 0024: the inventory of a whole event: activity data, ticket lists, groups declared as none, reduction measures.
-- Every table here is append-only. A line is corrected by a line that supersedes it.

CREATE TABLE IF NOT EXISTS inventory_lines (
    event_id       uuid NOT NULL REFERENCES events (id),
    id             uuid NOT NULL,
    phase          text NOT NULL,
    grouping       text NOT NULL,
    source         text NOT NULL,
    meter          text,
    quantity       numeric(20, 6) NOT NULL,
    unit           text NOT NULL,
    starts_on      date NOT NULL,
    ends_on        date NOT NULL,
    factor_id      text,
    factor_value   numeric(40, 20) NOT NULL,
    factor_unit    text NOT NULL,
    factor_source  text,
    unit_g         numeric(40, 20) NOT NULL,
    emission_g     bigint NOT NULL,
    quality        smallint NOT NULL,
    document_id    uuid,
    note           text,
    supersedes     uuid,
    import_id      uuid,
    created_by     uuid NOT NULL REFERENCES staff (id),
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT inventory_lines_phase_known CHECK (phase IN ('planned', 'actual')),
    CONSTRAINT inventory_lines_grouping_known CHECK (grouping IN ('production_and_materials', 'freight',
        'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital')),
    CONSTRAINT inventory_lines_source_form CHECK (source ~ '^[a-z_]{1,40}$'),
    CONSTRAINT inventory_lines_quantity_not_negative CHECK (quantity >= 0),
    CONSTRAINT inventory_lines_period_forwards CHECK (ends_on >= starts_on),
    CONSTRAINT inventory_lines_factor_has_a_source CHECK ((factor_id IS NULL) <> (factor_source IS NULL)),
    CONSTRAINT inventory_lines_grams_follow CHECK (emission_g = ceil(quantity * unit_g)),
    CONSTRAINT inventory_lines_quality_known CHECK (quality BETWEEN 1 AND 4),
    CONSTRAINT inventory_lines_texts_short CHECK (length(meter) BETWEEN 1 AND 80 AND length(note) BETWEEN 1 AND 500
        AND length(factor_source) BETWEEN 1 AND 300),
    CONSTRAINT inventory_lines_superseded_once UNIQUE (event_id, supersedes),
    CONSTRAINT inventory_lines_supersedes_another CHECK (supersedes <> id),
    CONSTRAINT inventory_lines_supersedes_fkey FOREIGN KEY (event_id, supersedes)
        REFERENCES inventory_lines (event_id, id),
    CONSTRAINT inventory_lines_document_fkey FOREIGN KEY (event_id, document_id)
        REFERENCES event_documents (event_id, id)
);

-- A ticket list: people by category, and by day where tickets name one. The newest list of an event counts.
CREATE TABLE IF NOT EXISTS inventory_people (
    event_id    uuid NOT NULL REFERENCES events (id),
    id          uuid NOT NULL,
    list_id     uuid NOT NULL,
    category    text NOT NULL,
    day         date,
    people      integer NOT NULL,
    source      text NOT NULL,
    created_by  uuid NOT NULL REFERENCES staff (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT inventory_people_category_known CHECK (category IN
        ('local', 'province', 'national', 'international', 'none')),
    CONSTRAINT inventory_people_once_per_list UNIQUE NULLS NOT DISTINCT (event_id, list_id, category, day),
    CONSTRAINT inventory_people_bounded CHECK (people BETWEEN 0 AND 10000000),
    CONSTRAINT inventory_people_source_short CHECK (length(source) BETWEEN 1 AND 300)
);

-- A group of which an event has nothing, and why. A line of the group makes it void.
CREATE TABLE IF NOT EXISTS inventory_absences (
    event_id    uuid NOT NULL REFERENCES events (id),
    id          uuid NOT NULL,
    phase       text NOT NULL,
    grouping    text NOT NULL,
    reason      text NOT NULL,
    created_by  uuid NOT NULL REFERENCES staff (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT inventory_absences_phase_known CHECK (phase IN ('planned', 'actual')),
    CONSTRAINT inventory_absences_grouping_optional CHECK (grouping IN ('production_and_materials', 'freight', 'digital')),
    CONSTRAINT inventory_absences_reason_short CHECK (length(reason) BETWEEN 1 AND 500)
);

-- What was done to emit less, against which baseline. Never subtracted: the account holds what was emitted after it.
CREATE TABLE IF NOT EXISTS inventory_measures (
    event_id     uuid NOT NULL REFERENCES events (id),
    id           uuid NOT NULL,
    grouping     text NOT NULL,
    measure      text NOT NULL,
    baseline     text NOT NULL,
    baseline_g   bigint NOT NULL,
    reduction_g  bigint NOT NULL,
    document_id  uuid,
    created_by   uuid NOT NULL REFERENCES staff (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT inventory_measures_grouping_known CHECK (grouping IN ('production_and_materials', 'freight',
        'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital')),
    CONSTRAINT inventory_measures_within_baseline CHECK (baseline_g > 0 AND reduction_g BETWEEN 0 AND baseline_g),
    CONSTRAINT inventory_measures_texts_short CHECK (length(measure) BETWEEN 1 AND 300 AND length(baseline) BETWEEN 1 AND 500),
    CONSTRAINT inventory_measures_document_fkey FOREIGN KEY (event_id, document_id)
        REFERENCES event_documents (event_id, id)
);
