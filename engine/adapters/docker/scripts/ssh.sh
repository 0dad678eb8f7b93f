# How a source over ssh is spoken to: with the key from memory, and only to hosts that are known.
# stdin: two lines in base64, the private key and the known hosts. Sets a trap that tells, in place
# of git's last word, why ssh did not get through.
IFS= read -r key
IFS= read -r known
(umask 077 && printf '%s' "$key" | base64 -d >/run/secrets/key)
printf '%s' "$known" | base64 -d >/tmp/known_hosts
unset key
ssh-keygen -y -P '' -f /run/secrets/key >/dev/null 2>&1 ||
    fail "The credential is no private key that ssh can use without a passphrase."

cat >/tmp/ssh_config <<'END'
BatchMode yes
IdentityFile /run/secrets/key
IdentitiesOnly yes
IdentityAgent none
PreferredAuthentications publickey
StrictHostKeyChecking yes
UserKnownHostsFile /tmp/known_hosts
GlobalKnownHostsFile /dev/null
UpdateHostKeys no
ConnectTimeout 30
ServerAliveInterval 15
ServerAliveCountMax 4
LogLevel DEBUG1
END

remote_git() {
    GIT_ALLOW_PROTOCOL=ssh GIT_SSH_VARIANT=ssh \
        GIT_SSH_COMMAND='ssh -F /tmp/ssh_config -E /tmp/ssh.log' \
        git -c core.hooksPath=/dev/null "$@"
}

# What ssh's log last says of something. $1: how sed finds it.
told() {
    tr -d '\r' </tmp/ssh.log | sed -n "$1" | tail -n 1
}
explain() {
    status=$?
    if [ "$status" -eq 0 ] || [ ! -s /tmp/ssh.log ] || grep -q '^Authenticated to ' /tmp/ssh.log; then
        exit "$status"
    fi
    shown=$(told 's/^debug1: Server host key: //p')
    host=$(told 's/^debug1: Authenticating to \(.*\):[0-9]* as .*/\1/p')
    if grep -q '^Host key for .* has changed' /tmp/ssh.log; then
        fail "The host key of $host is not the one that is known: it shows $shown. If that is its new key, and nobody is in between, put its line into the file of sources.known_hosts in place of the old one."
    elif grep -q '^Host key verification failed' /tmp/ssh.log; then
        fail "No host key of $host is known: it shows $shown. If its owner says that this is right, add its line, which ssh-keyscan prints, to the file that sources.known_hosts of halyard.yaml names."
    elif grep -q ': Permission denied' /tmp/ssh.log; then
        fail "$host does not take the credential's key."
    fi
    fail "There is no way to the source: $(told '/^debug/!s/^ssh: //p; /^debug/!p')"
}
trap explain EXIT
