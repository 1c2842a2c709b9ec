#!/bin/sh
# Redis with its password from a file: as an argument it would show in the list of processes.
set -eu
umask 077
{
    cat /etc/redis/redis.conf
    printf 'requirepass %s\n' "$(cat /run/secrets/redis_password)"
} >/tmp/redis.conf
exec redis-server /tmp/redis.conf
