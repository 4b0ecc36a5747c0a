"""The table of what clients of AUTOMATIC1111's web UI ask before they send a picture."""

_SAMPLER = "none"  # the network does not sample


def _options(studio):
    return {
        "sd_model_checkpoint": studio.model,
        "sd_vae": "None",
        "samples_format": "png",
        "CLIP_stop_at_last_layers": 1,
    }


def _models(studio):
    return [
        {
            "title": studio.model,
            "model_name": studio.model,
            "hash": None,
            "sha256": None,
            "filename": studio.model,
            "config": None,
        }
    ]


def _samplers(studio):
    return [{"name": _SAMPLER, "aliases": [_SAMPLER], "options": {}}]


def _upscalers(studio):
    return [{"name": "None", "model_name": None, "model_path": None, "model_url": None, "scale": 1}]


def _progress(studio):
    state = {"skipped": False, "interrupted": False, "job": "", "job_count": studio.line.taken}
    return {
        "progress": 0.0,
        "eta_relative": 0.0,
        "state": {**state, "job_no": 0, "sampling_step": 0, "sampling_steps": 0},
        "current_image": None,
        "textinfo": None,
    }


def _queue(studio):
    return {"queue_size": studio.line.taken, "queue_eta": 0.0, "rank": None, "msg": "estimation"}


def _always(value):
    return lambda studio: value


# Method, path, and the function of the `Studio` that answers.
FACTS = (
    ("GET", "/sdapi/v1/options", _options),
    ("POST", "/sdapi/v1/options", _always(None)),
    ("GET", "/sdapi/v1/sd-models", _models),
    ("GET", "/sdapi/v1/samplers", _samplers),
    ("GET", "/sdapi/v1/schedulers", _always([])),
    ("GET", "/sdapi/v1/upscalers", _upscalers),
    ("GET", "/sdapi/v1/sd-vae", _always([])),
    ("GET", "/sdapi/v1/face-restorers", _always([])),
    ("GET", "/sdapi/v1/prompt-styles", _always([])),
    ("GET", "/sdapi/v1/scripts", _always({"txt2img": [], "img2img": []})),
    ("GET", "/sdapi/v1/loras", _always([])),
    ("GET", "/sdapi/v1/embeddings", _always({"loaded": {}, "skipped": {}})),
    ("GET", "/sdapi/v1/hypernetworks", _always([])),
    ("GET", "/sdapi/v1/progress", _progress),
    ("POST", "/sdapi/v1/interrupt", _always({})),
    ("POST", "/sdapi/v1/png-info", _always({"info": "", "items": {}, "parameters": {}})),
    ("GET", "/queue/status", _queue),
    ("GET", "/controlnet/model_list", _always({"model_list": []})),
    ("GET", "/controlnet/module_list", _always({"module_list": []})),
    ("GET", "/config", _always({"version": "", "mode": "blocks", "components": []})),
    ("GET", "/user", _always(None)),
)
# Refused by name, so that clients can say why.
UNSUPPORTED = ("/sdapi/v1/txt2img", "/sdapi/v1/extra-single-image")
