CREATE TABLE kv (
  key     bytea PRIMARY KEY,
  version int8  NOT NULL,
  value   bytea NOT NULL
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1,
        autovacuum_vacuum_cost_delay = 0);
CREATE SEQUENCE kv_version INCREMENT BY 1024;
-- One row per committing connection of an engine: how far it is, and what became of its last group.
CREATE TABLE lane (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int8 NOT NULL, refused int4[] NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- An exact sum as i64 has it, wrapped.
CREATE FUNCTION kv_wrap(s numeric) RETURNS int8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (mod(mod(s + 9223372036854775808, 18446744073709551616) + 18446744073709551616, 18446744073709551616)
          - 9223372036854775808)::int8
$$;
CREATE FUNCTION kv_number(a bytea) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ('x' || encode(a, 'hex'))::bit(64)::int8::numeric
$$;

-- Applies a group of independent commits in one transaction. Answers which were refused: c + 1 for a conflict, -(c + 1) for an
-- impossible one.
CREATE FUNCTION kv_commit(
  lane_id int8, group_n int8,
  lk int8[], lx bool[],                     -- locks in ascending order; exclusive or not
  ec int4[], ek bytea[], ev int8[],         -- this key has this version (0: is absent)
  rc int4[], ra bytea[], rb bytea[],        -- this range is empty
  dc int4[], dk bytea[],                    -- delete
  pc int4[], pk bytea[], pv bytea[],        -- put
  ac int4[], ak bytea[], ad int8[]          -- add
) RETURNS int4[] LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE no int4[]; base int8;
BEGIN
  -- Done before, on a connection that was lost? The answer waits for the standby like a commit, since this writes.
  UPDATE lane SET n = group_n, refused = '{}' WHERE id = lane_id AND n = group_n - 1;
  IF NOT FOUND THEN
    UPDATE lane SET n = n WHERE id = lane_id AND n = group_n RETURNING refused INTO no;
    IF FOUND THEN RETURN no; END IF;
    RAISE EXCEPTION 'the row of this server''s lane is gone, or not where it must be' USING ERRCODE = 'CK001';
  END IF;
  PERFORM CASE WHEN x THEN pg_advisory_xact_lock(l) ELSE pg_advisory_xact_lock_shared(l) END FROM unnest(lk, lx) AS t(l, x);
  -- A new statement has a new snapshot, later than whoever held these locks before.
  SELECT array_agg(DISTINCT c) INTO no FROM (
    SELECT c + 1 AS c FROM unnest(ec, ek, ev) AS e(c, k, v) LEFT JOIN kv ON kv.key = e.k WHERE coalesce(kv.version, 0) <> e.v
    UNION ALL
    SELECT c + 1 FROM unnest(rc, ra, rb) AS r(c, a, b) WHERE EXISTS (SELECT FROM kv WHERE kv.key >= r.a AND kv.key < r.b)
    UNION ALL
    SELECT -(c + 1) FROM unnest(ac, ak) AS a(c, k) JOIN kv ON kv.key = a.k WHERE octet_length(kv.value) <> 8
  ) x;
  IF no IS NULL THEN no := '{}'; ELSE UPDATE lane SET refused = no WHERE id = lane_id; END IF;
  base := nextval('kv_version');
  IF cardinality(dc) > 0 THEN
    DELETE FROM kv USING unnest(dc, dk) AS d(c, k) WHERE kv.key = d.k AND (c + 1) <> ALL (no) AND -(c + 1) <> ALL (no);
  END IF;
  IF cardinality(pc) > 0 THEN
    INSERT INTO kv AS t (key, version, value)
      SELECT k, base + c, v FROM unnest(pc, pk, pv) AS p(c, k, v) WHERE (c + 1) <> ALL (no) AND -(c + 1) <> ALL (no)
      ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value;
  END IF;
  IF cardinality(ac) > 0 THEN
    INSERT INTO kv AS t (key, version, value)
      SELECT k, base + max(c), int8send(kv_wrap(sum(d))) FROM unnest(ac, ak, ad) AS a(c, k, d)
        WHERE (c + 1) <> ALL (no) AND -(c + 1) <> ALL (no) GROUP BY k
      ON CONFLICT (key) DO UPDATE SET version = excluded.version,
        value = int8send(kv_wrap(kv_number(t.value) + kv_number(excluded.value)));
  END IF;
  RETURN no;
END $$;
