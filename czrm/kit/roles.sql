-- The roles of CzRM, made once per server by a superuser: the embedded server runs this file itself,
-- an operator runs it with psql. Passwords are given apart, with ALTER ROLE.
do $$ begin
  if to_regrole('czrm_owner') is null then
    create role czrm_owner login createdb nosuperuser bypassrls;        -- owns the tables and migrates
  end if;
  if to_regrole('czrm_app') is null then
    create role czrm_app login nosuperuser nobypassrls;                 -- web and workers
  end if;
  if to_regrole('czrm_definer') is null then
    create role czrm_definer nologin bypassrls;                         -- owns the definer functions
  end if;
  if to_regrole('czrm_backup') is null then
    create role czrm_backup login nosuperuser bypassrls;                -- reads everything, for pg_dump
  end if;
end $$;
grant czrm_definer to czrm_owner with inherit false, set true;         -- to give a function away, and for data migrations
grant czrm_app to czrm_owner with inherit false, set true;             -- for the test that compares the two walls
