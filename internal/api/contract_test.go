package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/wire"
)

type apiConfig = api.Config

// publicRoutes are the table of the public listener, every one below /api/v1/public.
var publicRoutes = []row{
	{method: "GET", path: "/queue"},
	{method: "GET", path: "/services"},
	{method: "GET", path: "/slots?service=ausweis"},
	{method: "GET", path: "/free.ics?service=ausweis"},
	{method: "POST", path: "/holds", body: `{"services":[{"id":"ausweis"}],"start":"2026-11-25T09:00:00Z"}`},
	{method: "POST", path: "/holds/x", body: `{"name":"x"}`},
	{method: "DELETE", path: "/holds/x"},
	{method: "POST", path: "/appointments", body: `{"services":[{"id":"ausweis"}],"start":"2026-11-25T09:00:00Z","name":"x"}`},
	{method: "GET", path: "/appointments/x"},
	{method: "POST", path: "/appointments/x/confirm"},
	{method: "POST", path: "/appointments/x/move", body: `{"start":"2026-11-25T09:00:00Z"}`},
	{method: "POST", path: "/appointments/x/cancel"},
	{method: "POST", path: "/appointments/x/earlier", body: `{"on":true}`},
}

func publicPattern(r row) string {
	path, _, _ := strings.Cut(r.path, "?")
	return "/api/v1/public" + strings.Replace(path, "/x", "/{secret}", 1)
}

// contract is an OpenAPI description, as far as answers are held against it.
type contract struct {
	Paths map[string]map[string]struct {
		Security  []any
		Responses map[string]struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
	Components struct{ Schemas map[string]map[string]any }
}

func (w *town) contract(s *httptest.Server) contract {
	w.t.Helper()
	_, _, text := w.request(s, "", "GET", "/api/v1/openapi.json", "")
	var c contract
	w.must(json.Unmarshal([]byte(text), &c))
	return c
}

// The public description has exactly the routes that are served, and none of them asks for a sign-in.
func TestPublicDescription(t *testing.T) {
	w := newTown(t)
	c := w.contract(w.public)
	described := 0
	for _, operations := range c.Paths {
		described += len(operations)
	}
	if described != len(publicRoutes) {
		t.Errorf("%d described, %d in the table", described, len(publicRoutes))
	}
	for _, r := range publicRoutes {
		op, ok := c.Paths[publicPattern(r)][strings.ToLower(r.method)]
		if !ok || op.Security != nil || op.Responses["default"].Content[wire.ProblemType].Schema["$ref"] != "#/components/schemas/Problem" {
			t.Errorf("%s %s: %+v", r.method, publicPattern(r), op)
		}
		w.forward(2 * time.Minute)
		if status, _, body := w.request(w.public, "", r.method, "/api/v1/public"+r.path, r.body); status >= 500 || status == 405 || status == 401 {
			t.Errorf("%s %s: %d %s", r.method, r.path, status, body)
		}
	}
}

// Whatever is answered keeps to the description: staff's and citizens' routes, good answers and refusals.
func TestAnswersKeepTheContract(t *testing.T) {
	w := newTown(t)
	public, staff := w.contract(w.public), w.contract(w.staff)
	try := func(method, pattern, path, body string, want int) map[string]any {
		t.Helper()
		w.forward(2 * time.Minute)
		server, who, c := w.staff, "clerk", staff
		if strings.HasPrefix(pattern, "/public/") {
			server, who, c = w.public, "", public
		}
		status, header, text := w.request(server, who, method, "/api/v1"+path, body)
		if status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, text)
		}
		if status == http.StatusNoContent {
			return nil
		}
		responses := c.Paths["/api/v1"+pattern][strings.ToLower(method)].Responses
		described, ok := responses[fmt.Sprint(status)]
		if !ok {
			described = responses["default"]
		}
		kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
		media, ok := described.Content[kind]
		if !ok {
			t.Fatalf("%s %s: %d of type %s is not described", method, path, status, kind)
		}
		if kind == "text/calendar" {
			return nil
		}
		var value any
		w.must(json.Unmarshal([]byte(text), &value))
		for _, wrong := range c.against(media.Schema, value, "") {
			t.Errorf("%s %s: %s in %s", method, path, wrong, text)
		}
		object, _ := value.(map[string]any)
		return object
	}
	const slot = `"services":[{"id":"ausweis","quantity":1}],"start":"2026-11-25T09:00:00+01:00"`
	const name = `"name":"Erika Mustermann","mail":"erika@example.org"`
	try("GET", "/public/queue", "/public/queue", "", 200)
	try("GET", "/public/services", "/public/services", "", 200)
	try("GET", "/public/slots", "/public/slots?service=ausweis&from=2026-11-25&to=2026-11-26", "", 200)
	try("GET", "/public/slots", "/public/slots?service=ausweis:9", "", 409)
	try("GET", "/public/free.ics", "/public/free.ics?service=ausweis", "", 200)
	held := try("POST", "/public/holds", "/public/holds", "{"+slot+"}", 201)
	try("POST", "/public/holds/{secret}", "/public/holds/"+held["secret"].(string), "{"+name+"}", 200)
	try("DELETE", "/public/holds/{secret}", "/public/holds/"+held["secret"].(string), "", 409)
	free := try("POST", "/public/holds", "/public/holds", "{"+slot+"}", 201)
	try("DELETE", "/public/holds/{secret}", "/public/holds/"+free["secret"].(string), "", 204)
	mine := try("POST", "/public/appointments", "/public/appointments", "{"+slot+","+name+"}", 201)
	own := "/public/appointments/" + mine["secret"].(string)
	const ownPattern = "/public/appointments/{secret}"
	try("POST", "/public/appointments", "/public/appointments", "{"+slot+","+name+"}", 409)
	try("GET", ownPattern, own, "", 200)
	try("POST", ownPattern+"/confirm", own+"/confirm", "", 200)
	try("POST", ownPattern+"/earlier", own+"/earlier", `{"on":true}`, 200)
	try("POST", ownPattern+"/move", own+"/move", `{"start":"2026-11-25T10:00:00+01:00"}`, 200)
	try("POST", ownPattern+"/move", own+"/move", `{"start":"2026-11-25T03:00:00+01:00"}`, 409)
	try("POST", ownPattern+"/cancel", own+"/cancel", "", 200)
	try("GET", ownPattern, "/public/appointments/x", "", 404)

	try("GET", "/slots", "/slots?service=ausweis&from=2026-11-25&to=2026-11-25", "", 200)
	booked := try("POST", "/appointments", "/appointments", `{"services":[{"id":"heirat"}],"start":"2026-11-26T09:00:00+01:00","name":"Max"}`, 201)
	id := "/appointments/" + booked["id"].(string)
	try("GET", "/appointments", "/appointments?day=2026-11-26", "", 200)
	try("GET", "/appointments/{id}", id, "", 200)
	try("POST", "/appointments/{id}/move", id+"/move", `{"start":"2026-11-26T11:00:00+01:00"}`, 200)
	try("PUT", "/appointments/{id}/person", id+"/person", `{"name":"Maxi","phone":"05404 887"}`, 200)
	try("PUT", "/appointments/{id}/person", id+"/person", `{"name":""}`, 422)
	try("GET", "/appointments", "/appointments?name=maxi", "", 200)
	try("POST", "/appointments/{id}/confirm", id+"/confirm", "", 200)
	try("POST", "/appointments/{id}/cancel", id+"/cancel", "", 200)
	try("POST", "/appointments/{id}/confirm", id+"/confirm", "", 409)
	try("GET", "/appointments/{id}", "/appointments/x", "", 422)
	try("GET", "/mails/dead", "/mails/dead", "", 200)
	try("DELETE", "/mails/{id}", "/mails/x", "", 404)
}

// against says where a value breaks its schema: types, what must be there, what may, and fixed words.
func (c contract) against(schema map[string]any, value any, at string) (wrong []string) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = c.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
	}
	if schema == nil {
		return []string{at + " is not described"}
	}
	if kinds := kindsOf(schema["type"]); len(kinds) > 0 && !slices.Contains(kinds, kindOf(value)) {
		return []string{fmt.Sprintf("%s is %s, not %v", at, kindOf(value), kinds)}
	}
	if words, ok := schema["enum"].([]any); ok && !slices.Contains(words, value) {
		wrong = append(wrong, fmt.Sprintf("%s is %v", at, value))
	}
	switch v := value.(type) {
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, x := range v {
			wrong = append(wrong, c.against(items, x, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		more, _ := schema["additionalProperties"].(map[string]any)
		for key, x := range v {
			s, ok := properties[key].(map[string]any)
			if !ok {
				s = more
			}
			wrong = append(wrong, c.against(s, x, at+"."+key)...)
		}
		required, _ := schema["required"].([]any)
		for _, key := range required {
			if _, ok := v[key.(string)]; !ok {
				wrong = append(wrong, fmt.Sprintf("%s lacks %s", at, key))
			}
		}
	}
	return wrong
}

func kindsOf(t any) []string {
	switch t := t.(type) {
	case string:
		return []string{strings.ReplaceAll(t, "integer", "number")}
	case []any:
		var all []string
		for _, k := range t {
			all = append(all, strings.ReplaceAll(k.(string), "integer", "number"))
		}
		return all
	}
	return nil
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}
