package sandbox

import "net/http"

// The workspace has one admin, whose token it is.
const (
	adminID   = 5017691
	adminText = "5017691"
	adminName = "Ada Sandbox"
	adminMail = "ada@sandbox.example"
)

// showMe is GET /me: the admin with the workspace inside. It is how a client
// learns the workspace's id, region and time zone.
func showMe(s *Server, q *request) *answer {
	return respond(dict{
		"type": "admin", "id": adminText, "email": adminMail, "name": adminName, "email_verified": true, "has_inbox_seat": true,
		"app": dict{
			"type": "app", "id_code": s.cfg.Workspace, "name": s.cfg.Name, "created_at": s.born.Unix(),
			"secure": false, "identity_verification": false, "timezone": s.cfg.Timezone, "region": s.cfg.Region,
		},
		"avatar": dict{"type": "avatar", "image_url": "https://static.intercomassets.com/assets/default-avatars/admins/128.png"},
	})
}

func admin() dict {
	return dict{
		"type": "admin", "id": adminText, "name": adminName, "email": adminMail,
		"away_mode_enabled": false, "away_mode_reassign": false, "has_inbox_seat": true, "team_ids": []int{},
	}
}

func listAdmins(s *Server, q *request) *answer {
	return respond(dict{"type": "admin.list", "admins": []dict{admin()}})
}

func showAdmin(s *Server, q *request) *answer {
	if q.args[0] != adminText {
		return refuse(http.StatusNotFound, "admin_not_found", "Admin not found")
	}
	return respond(admin())
}
