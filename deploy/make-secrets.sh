#!/bin/sh
# Make the secrets that docker-compose.yml mounts: sh deploy/make-secrets.sh [folder]
#
# What exists is kept, so it is safe to run again. How a key is rotated, step by step, says docs/keys.md.
# Made empty, to be written into: wechat_secret (the mini-program's AppSecret), wechat_web_secret (the official
# account's), oidc_client_secret (the city's identity) and smtp_url (the mail server's address): docs/sign-in.md.
set -eu

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The folder is closed to other users of this machine. The files in it are not, because containers see
# each file alone, with its owner and mode from here, and read it as users that do not exist here.
chmod 700 "$folder"
umask 022

random_hex() {
    # 32 bytes; hexadecimal needs no quoting in a URL.
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep_or_make() {
    [ -e "$folder/$1" ] || printf '%s\n' "$2" >"$folder/$1"
}

keep_or_make postgres_password "$(random_hex)"
keep_or_make owner_password "$(random_hex)"
keep_or_make app_password "$(random_hex)"
keep_or_make redis_password "$(random_hex)"
keep_or_make owner_database_url "postgresql://tianfu_owner:$(cat "$folder/owner_password")@postgres:5432/tianfu"
keep_or_make database_url "postgresql://tianfu_app:$(cat "$folder/app_password")@postgres:5432/tianfu"
keep_or_make redis_url "redis://:$(cat "$folder/redis_password")@redis:6379/0"
keep_or_make token_keys "k1:$(random_hex)"
# The id of a code key is printed into every QR code, so it is one character.
keep_or_make code_keys "a:$(random_hex)"
keep_or_make secret_keys "k1:$(random_hex)"
# An Ed25519 seed: 32 bytes in base64. What it signed is checked by outsiders for years: keep a copy of it.
# Before it was called so it was log_keys, and what that one signed must still be found good.
if [ -e "$folder/log_keys" ] && [ ! -e "$folder/transparency_log_keys" ]; then
    mv "$folder/log_keys" "$folder/transparency_log_keys"
fi
keep_or_make transparency_log_keys "k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
# The Ed25519 seed that the feed to Tianfu Credit is signed with; tokens of machines that read it, to be written in.
keep_or_make credit_feed_keys "k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
keep_or_make credit_feed_readers ""
keep_or_make wechat_secret ""
keep_or_make smtp_url ""
keep_or_make sms_hook_secret "$(random_hex)"
keep_or_make wechat_web_secret ""
keep_or_make oidc_client_secret ""
