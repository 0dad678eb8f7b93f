# An agent of one shell, for figures that are about Halyard's side of many sessions: it answers the
# protocol at once and takes a megabyte. Told a number it says so many lines first; told "deaf" it
# hears nothing any more, neither a message nor a polite signal.
while IFS= read -r line; do
    id=${line#*\"id\":\"}
    id=${id%%\"*}
    result=
    case $line in
    *'"method":"initialize"'*) result='{"protocolVersion":1,"agentCapabilities":{"loadSession":true}}' ;;
    *'"method":"session/new"'*) result='{"sessionId":"tiny"}' ;;
    *'"method":"session/load"'*) result='{}' ;;
    *'"text":"deaf"'*)
        trap '' TERM
        sleep 600
        ;;
    *'"method":"session/prompt"'*)
        count=${line#*\"text\":\"}
        seq -f '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"tiny","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"This is line %.0f of what the agent says.\n"}}}}' 1 "${count%%\"*}"
        result='{"stopReason":"end_turn"}'
        ;;
    esac
    [ -z "$result" ] || printf '{"jsonrpc":"2.0","id":"%s","result":%s}\n' "$id" "$result"
done
