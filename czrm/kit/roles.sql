-- The roles of CzRM, made once per server by a superuser, or by the administrator a provider gives: the embedded server runs
-- this file itself, an operator runs it with psql. Passwords are given apart, with ALTER ROLE.
-- Three of them see over row-level security by BYPASSRLS. Who may not grant that makes them without it: a policy `staff`
-- on every walled table then lets exactly these three through.
do $$
declare
  wanted text[];
begin
  if to_regrole('czrm_app') is null then
    create role czrm_app login nosuperuser nobypassrls;                 -- web and workers
  end if;
  foreach wanted slice 1 in array array[
    ['czrm_owner', 'login createdb'],                                   -- owns the tables and migrates
    ['czrm_definer', 'nologin'],                                        -- owns the definer functions
    ['czrm_backup', 'login']                                            -- reads everything, for pg_dump
  ] loop
    continue when to_regrole(wanted[1]) is not null;
    begin
      execute format('create role %I %s nosuperuser bypassrls', wanted[1], wanted[2]);
    exception when insufficient_privilege then
      execute format('create role %I %s nosuperuser nobypassrls', wanted[1], wanted[2]);
      raise notice '% is made without BYPASSRLS: its policies let it through', wanted[1];
    end;
  end loop;
end $$;
grant czrm_definer to czrm_owner with inherit false, set true;         -- to give a function away, and for data migrations
grant czrm_app to czrm_owner with inherit false, set true;             -- for the test that compares the two walls
