"""What the volumes of sessions hold, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from engine.adapters.store.prepared import adding, by, changing, finding, removing
from engine.adapters.store.steps import Steps
from engine.adapters.store.tables import SessionRow, VolumesRow
from engine.domain.session import SessionState
from engine.domain.values import HostName, SessionId
from engine.domain.volume import VolumeSizes

NEVER = VolumesRow.measured_at.is_(None)


_ADD = adding(VolumesRow)
_FIND = finding(VolumesRow, "session")
_CHANGE = changing(VolumesRow, "session")
_REMOVE = removing(VolumesRow, "session")


class SqlVolumes:
    """`Volumes` on one connection."""

    def __init__(self, db: Steps) -> None:
        self._db = db

    def find(self, session: SessionId) -> VolumeSizes | None:
        row = self._db.execute(_FIND, by(session=session)).one_or_none()
        if row is None:
            return None
        return VolumeSizes(work_bytes=row.work_bytes, home_bytes=row.home_bytes)

    def save(self, session: SessionId, sizes: VolumeSizes, *, at: datetime) -> None:
        values = {
            "work_bytes": sizes.work_bytes,
            "home_bytes": sizes.home_bytes,
            "measured_at": at,
        }
        if not self._db.execute(_CHANGE, by(values, session=session)).rowcount:
            self._db.execute(_ADD, {"session": session, **values})

    def remove(self, session: SessionId) -> None:
        self._db.execute(_REMOVE, by(session=session))

    def at_rest(self, host: HostName, *, before: datetime, limit: int) -> Sequence[SessionId]:
        is_idle = SessionRow.state == SessionState.READY
        is_kept = and_(
            SessionRow.state == SessionState.ENDED, SessionRow.volumes_until.is_not(None)
        )
        query = (
            select(SessionRow.id)
            .outerjoin(VolumesRow, VolumesRow.session == SessionRow.id)
            .where(SessionRow.host == host)
            .where(
                or_(
                    and_(is_idle, or_(NEVER, VolumesRow.measured_at <= before)),
                    and_(is_kept, or_(NEVER, VolumesRow.measured_at < SessionRow.changed_at)),
                )
            )
            .order_by(VolumesRow.measured_at.is_not(None), VolumesRow.measured_at, SessionRow.seq)
            .limit(limit)
        )
        return [SessionId(id_) for id_ in self._db.scalars(query)]

    def held(self) -> Mapping[HostName, int]:
        query = (
            select(SessionRow.host, func.sum(VolumesRow.work_bytes + VolumesRow.home_bytes))
            .join(VolumesRow, VolumesRow.session == SessionRow.id)
            .where(SessionRow.host.is_not(None))
            .group_by(SessionRow.host)
        )
        return {HostName(host): int(total) for host, total in self._db.execute(query) if host}
